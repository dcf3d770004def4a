"""Helplines today: contacts by quarter of an hour against what was forecast and what teams can take."""
