"""Retention: how long each service keeps what, and the deletion of what has been kept for long enough."""
