"""A service while it runs: its parts put together, settings, health, jobs, logs and traces."""
