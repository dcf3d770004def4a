"""Customers of a population: the fields of a row and how they are read."""
