"""Callers of a service: keys, tokens, signatures, and how often they may call."""
