"""Print: files that the letter issuer picks up, or that are pushed to it, and the sweep of what is left behind."""
