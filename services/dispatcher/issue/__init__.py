"""Issue: chunks settled, recorded, sent and said."""
