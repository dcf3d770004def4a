"""Lines to take, scripts and media lines: their versions, and the page that shows them."""
