"""The work behind `otm up`, `otm status` and `otm down`."""
