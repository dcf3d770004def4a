"""Is One to Many the right approach? The questions, and their living answers."""
