"""The rules of the house itself: who may import whom, and how sentences begin."""
