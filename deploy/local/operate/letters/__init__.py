"""The work behind `otm dispatch`, `otm population` and `otm preview`: populations, letters and print files."""
