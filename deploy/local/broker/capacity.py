"""Room in a given broker for the queues of a stack, looked at before one is made there."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

from deploy.local.broker.demand import needed
from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from shared.messaging.names import is_ours, vhost_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")
REMEDY = (
    "Give it more (`ulimit -n 65536` before it starts, LimitNOFILE in its systemd unit, --ulimit nofile for a "
    "container), or unset OTM_AMQP_URL: a private node is started then"
)


@dataclass(frozen=True)
class Room:
    """`free`: descriptors that can still be opened there; `ours`: the stack's queues that are there already."""

    limit: int
    free: int
    ours: int = 0


async def expect_room(amqp_url: str, management_url: str | None) -> str | None:
    """Raises `StackError` where the broker cannot hold the queues. Returns a remark where that cannot be known."""
    room = (await _told(amqp_url, management_url) if management_url else None) or _seen(amqp_url)
    if room is None:
        return "its limits cannot be seen from here; OTM_MANAGEMENT_URL would show them"
    if room.free < needed(room.ours):
        raise StackError(
            f"The broker given by OTM_AMQP_URL is too small: it may have {room.limit:,} file descriptors, of which "
            f"{room.free:,} are free, and the queues need {needed(room.ours):,}. {REMEDY}"
        )
    return None


async def _told(amqp_url: str, management_url: str) -> Room | None:
    """Asks the management API; the smallest node counts. None where it does not say."""
    async with Management(management_url, seconds=5) as management:
        nodes = [node for node in await management.nodes() if node.get("running", True) and node.get("fd_total")]
        ours = sum(is_ours(queue["name"]) for queue in await management.listed("queues", vhost_of(amqp_url)))
    rooms = [Room(node["fd_total"], node["fd_total"] - _used(node), ours) for node in nodes]
    return min(rooms, key=lambda room: room.free, default=None)


def _used(node: dict[str, int]) -> int:
    used = node.get("fd_used")
    return used if isinstance(used, int) else 0


def _seen(amqp_url: str) -> Room | None:
    """Looks at the process that listens on that port, where it is on this machine and may be looked at."""
    address = urlsplit(amqp_url)
    if address.hostname not in LOOPBACK:
        return None
    try:
        listening = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN)
        pid = next((c.pid for c in listening if tuple(c.laddr)[1:2] == (address.port or 5672,)), None)
        if pid is None:
            return None
        process = psutil.Process(pid)
        limit, _ = process.rlimit(psutil.RLIMIT_NOFILE)
        return Room(limit, limit - process.num_fds())
    except (psutil.Error, AttributeError):  # no right to look, or a system without such limits
        return None
