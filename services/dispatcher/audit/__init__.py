"""Holding what was done against what had to be done."""
