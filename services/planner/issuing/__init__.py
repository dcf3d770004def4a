"""Issuing, as planner knows it: the channels that dispatcher offers, and a plan that it has refused."""
