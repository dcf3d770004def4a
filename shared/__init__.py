"""Code that the four services share: contracts, the bus, the store, the web, and a few values."""
