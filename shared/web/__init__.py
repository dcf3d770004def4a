"""HTTP as every service speaks it: problem details, access keys, size limits, idempotency, health and metrics."""
