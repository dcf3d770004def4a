"""Contacts in MongoDB, one module for each noun."""
