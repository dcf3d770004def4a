"""Reports of the letter issuer on what became of letters."""
