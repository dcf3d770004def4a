"""Progress: what the other services say has become of a campaign."""
