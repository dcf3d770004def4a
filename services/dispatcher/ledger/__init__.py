"""Ledger: what was done for every customer, and how far it came."""
