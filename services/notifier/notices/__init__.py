"""Notices: from an event to the words that a team is told, and their history."""
