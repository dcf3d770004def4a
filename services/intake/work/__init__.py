"""The work of teams: what waits for them, and the steps that they take with it."""
