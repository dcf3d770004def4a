"""Late letters and approvals in MongoDB."""
