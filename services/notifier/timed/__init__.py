"""Notices that come with time: moments of a plan, deadlines and digests."""
