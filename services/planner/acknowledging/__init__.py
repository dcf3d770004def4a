"""Acknowledging: what a team is told about a campaign, and its answer that it knows."""
