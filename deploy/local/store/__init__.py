"""MongoDB, or what speaks its protocol, from wherever this machine can have it."""
