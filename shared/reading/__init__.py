"""Readers of what people and files send: one for each thing, used at every door."""
