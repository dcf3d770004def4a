"""What the four services have in common: contracts, the bus, the store, the web, and a few values."""
