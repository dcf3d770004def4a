"""Ledger over HTTP."""
