"""Migrations of what versions before have written, from dumps that those versions made."""
