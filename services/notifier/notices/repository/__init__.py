"""The store of notices."""
