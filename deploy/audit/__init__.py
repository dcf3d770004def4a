"""Dependencies and their licences."""
