"""Contacts over HTTP, one module for each noun."""
