"""Consumers of other teams in a few lines, printed in docs/events.md and run by a test."""
