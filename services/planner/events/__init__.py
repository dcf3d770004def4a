"""Events that planner says of a campaign as it changes."""
