"""Files that are sent as a population or a list."""
