"""Kinds of values that people type."""
