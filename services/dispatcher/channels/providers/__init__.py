"""Providers that are handed one communication at a time, at most once, and what is done where they leave a doubt."""
