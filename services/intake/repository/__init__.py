"""What intake keeps in MongoDB."""
