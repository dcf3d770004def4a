"""Data of a trial: everybody who was randomised, and what came of them."""
