"""Outcomes: what customers did in the end, one by one and by the file."""
