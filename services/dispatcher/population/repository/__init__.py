"""Populations in MongoDB."""
