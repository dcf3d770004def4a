"""Contacts to come: those of all live campaigns that a team takes, week by week."""
