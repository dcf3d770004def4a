"""Data protection: subject access, restriction, erasure and retention."""
