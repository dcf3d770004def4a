"""Queues at one moment: how deep and how old, and whom it hurts."""
