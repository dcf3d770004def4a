"""One stack in one folder: its settings, its secrets and ports, its state, and the processes it is made of."""
