"""Readers of what people and files send: one piece of code for each kind of thing, with the same rule at every door."""
