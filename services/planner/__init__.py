"""Planner: decides whether a campaign is right, gets agreement, and follows what comes back."""
