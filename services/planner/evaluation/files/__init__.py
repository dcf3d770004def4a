"""Files of a trial: what is read from CSV, and exported."""
