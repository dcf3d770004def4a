"""Intake: every customer who gets in touch is recognised, recorded and passed on."""
