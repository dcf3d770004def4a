"""Privacy: export, restriction and erasure of one customer."""
