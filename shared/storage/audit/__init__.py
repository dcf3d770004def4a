"""The audit trail of a service: a hash chain for each process that writes, sealed together in one main chain."""
