"""Schedules: how many communications go out on which day, within the capacity of every team."""
