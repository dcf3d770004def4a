"""What planner keeps in MongoDB."""
