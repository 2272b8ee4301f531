"""Inference that no library does well: so far the relocation test."""
