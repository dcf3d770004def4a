"""Helplines: capacity, advisers, and debt management."""
