"""Plans and lines to take that are written on pages."""
