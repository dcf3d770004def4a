"""The capacity of helplines: how many contacts each team can take, as the team itself has said."""
