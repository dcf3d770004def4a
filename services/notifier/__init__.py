"""Notifier: the right team knows in time."""
