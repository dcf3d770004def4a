"""The records of data subjects in MongoDB."""
