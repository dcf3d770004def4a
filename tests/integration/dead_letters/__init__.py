"""Dead letters: looked at without touching them, brought back once their cause is gone, with one effect each."""
