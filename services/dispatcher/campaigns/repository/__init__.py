"""Campaigns in MongoDB, and their waves that wait for their day."""
