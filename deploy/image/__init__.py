"""The container image of the four services."""
