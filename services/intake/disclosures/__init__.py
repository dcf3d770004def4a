"""Disclosures: information that customers volunteered, and how it is dealt with."""
