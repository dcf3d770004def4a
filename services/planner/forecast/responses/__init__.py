"""Responses: when communications arrive, when customers get in touch, and how sure that is."""
