"""Paper, mail and charts, made in the same way by every service."""
