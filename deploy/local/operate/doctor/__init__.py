"""Examination of a stack: every part looked at once, and for each that is not well what to do."""
