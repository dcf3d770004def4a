"""Ledger in MongoDB."""
