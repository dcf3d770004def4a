"""Campaigns as far as notices need them."""
