"""The store of moments that came and of digests."""
