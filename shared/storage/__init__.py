"""MongoDB, and nothing else in the project knows that it is: the store, its outbox, leases and errors."""
