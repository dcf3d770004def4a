"""The forecast: which day communications go out, and how many customers get in touch after them."""
