"""The work behind `otm campaign`, `otm forecast` and `otm capacity`."""
