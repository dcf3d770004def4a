"""Checks of a trial, which stand in front of its effects."""
