"""Population: loaded, screened and kept."""
