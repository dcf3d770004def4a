"""Drafting: a campaign is begun, from nothing or from an earlier one."""
