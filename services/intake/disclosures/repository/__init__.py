"""Disclosures and their attachments in MongoDB."""
