"""Referrals: contacts passed to the team that can help."""
