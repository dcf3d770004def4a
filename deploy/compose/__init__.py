"""The stack in containers on one machine, by Docker Compose."""
