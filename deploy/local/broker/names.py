"""Names of queues and exchanges that are the stack's, on a broker that others use too."""

import re

_OURS = re.compile(r"(otm|planner|dispatcher|intake|notifier)\.[a-z0-9.-]+")


def is_ours(name: str) -> bool:
    return _OURS.fullmatch(name) is not None
