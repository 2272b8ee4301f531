"""Planted truths: simulated panels on the real map, and how often each method is right on them."""
