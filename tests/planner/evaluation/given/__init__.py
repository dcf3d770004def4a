"""Trials to test with."""
