"""Adapters of operations: the broker, and the store."""
