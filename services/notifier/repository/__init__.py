"""What notifier keeps in MongoDB."""
