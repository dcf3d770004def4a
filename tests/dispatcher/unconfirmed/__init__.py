"""Unconfirmed communications, and a person who settles them."""
