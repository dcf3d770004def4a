"""Child processes: started, watched, started again, and all gone in the end."""
