"""The work behind `otm keys`, `otm access`, `otm audit` and `otm subject`."""
