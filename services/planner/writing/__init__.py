"""Writing: the parts of a plan and of its lines to take, each on a page of its own."""
