"""Simulated campaigns, with the closed loop and without."""
