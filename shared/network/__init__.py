"""Connections to other machines: which are this one's, which certificates count, and no password in a text."""
