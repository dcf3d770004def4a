"""Queues of a stack as the broker counts them, and the campaigns that wait for them."""
