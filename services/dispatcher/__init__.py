"""Dispatcher: who is written to, when, and the ledger that proves it."""
