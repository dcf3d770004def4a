"""Names of queues and exchanges that are the stack's, on a broker that others use too."""

import re
from urllib.parse import unquote, urlsplit

_OURS = re.compile(r"(otm|planner|dispatcher|intake|notifier)\.[a-z0-9.-]+")


def is_ours(name: str) -> bool:
    return _OURS.fullmatch(name) is not None


def vhost_of(amqp_url: str) -> str:
    return unquote(urlsplit(amqp_url).path[1:]) or "/"
