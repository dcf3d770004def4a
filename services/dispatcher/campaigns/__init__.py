"""Campaigns: approved plans, and the decisions about them."""
