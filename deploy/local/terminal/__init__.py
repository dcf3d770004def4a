"""Output of the commands in a terminal: tables, errors, and the handling of Ctrl-C."""
