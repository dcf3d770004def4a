"""The desk: the page that call handlers live in."""
