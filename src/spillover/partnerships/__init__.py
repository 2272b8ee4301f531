"""Partnerships of large firms and parks with SMEs: claims with their source, checked, never added blindly."""
