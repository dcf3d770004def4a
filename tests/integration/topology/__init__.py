"""Declared queues and exchanges are looked at while they are relied on: one gone from the broker is made anew."""
