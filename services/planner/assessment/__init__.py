"""Assessment: the questions whether One to Many is the right approach, and their living answers."""
