"""Measurements of what the services can do, each on a broker and a store of its own."""
