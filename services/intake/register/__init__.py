"""The register of letters: what a reference stands for and what to say about it."""
