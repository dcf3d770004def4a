"""Letters: those of a plan, as an invented customer would get them."""
