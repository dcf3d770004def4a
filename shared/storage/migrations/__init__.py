"""Migrations: one runner makes collections and indexes and changes data; services only look whether that is done."""
