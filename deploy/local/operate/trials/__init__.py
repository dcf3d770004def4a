"""The work behind `otm trial`."""
