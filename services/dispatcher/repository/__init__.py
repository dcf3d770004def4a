"""What dispatcher keeps in MongoDB."""
