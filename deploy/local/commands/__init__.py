"""The commands of `otm`, one module each."""
