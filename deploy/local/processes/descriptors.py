"""File descriptors: how many this process and its children may have open at once."""

import resource

ENOUGH = 65_536
"""Erlang makes tables as large as the limit, so that a limit of a billion would cost gigabytes."""


def hard_limit() -> int:
    """Returns the number of descriptors that can be had without further rights, at most `ENOUGH`."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)


def raise_soft_limit() -> int:
    """Raises the soft limit of this process, which its children inherit, to the hard one; returns the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = hard_limit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit
