"""Delivery: notices on their way out, each far end by itself."""
