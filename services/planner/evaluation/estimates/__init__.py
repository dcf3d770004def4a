"""Estimates of effects, with their errors, intervals and p-values."""
