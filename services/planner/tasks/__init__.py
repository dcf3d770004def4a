"""Tasks: what is done on the way to a launch, what waits, and for whom."""
