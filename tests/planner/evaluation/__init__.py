"""Trials: statistics against published figures, checks, seals and exports."""
