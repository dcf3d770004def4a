"""Helpers of the tests of deploy: the `otm` command, stand-ins for services, and traces of processes."""
