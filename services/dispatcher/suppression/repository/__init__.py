"""Suppression lists and contacts in MongoDB."""
