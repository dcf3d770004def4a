"""Suppression: customers who are not written to, and why."""
