"""Planner: decides whether a campaign is right, gathers everybody's agreement, and follows what comes back."""
