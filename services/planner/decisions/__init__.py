"""Decisions of people and of the loop about a campaign: pure functions from a campaign to a campaign."""
