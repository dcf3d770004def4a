"""Tests of decisions about a campaign."""
