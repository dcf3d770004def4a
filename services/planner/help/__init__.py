"""Help: requests of designers to a team, each with an owner and an answer, seen by both sides."""
