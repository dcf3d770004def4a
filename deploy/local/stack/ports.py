"""The ports of one stack."""

import json
import secrets
import socket
from collections import deque
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.stack.files import write_whole

# Below the range that systems take outgoing ports from, so that a port we were told is free stays free.
FIRST, LAST = 15_000, 32_000
TRIES = 200
MOST_HELD = 100
_held: deque[socket.socket] = deque()
"""Sockets that hold the ports chosen last, on which servers may not listen yet."""


class Ports:
    """Chosen once and kept in a file, so that addresses are the same at the next start."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> int:
        """The port of that name: the one it had, unless somebody else has taken it meanwhile."""
        known: dict[str, int] = json.loads(self._file.read_bytes()) if self._file.exists() else {}
        port = known.get(name)
        if port is None or not is_free(port):
            known[name] = port = _choose(taken=set(known.values()))
            write_whole(self._file, json.dumps(known, indent=2).encode())
        return port


def is_free(port: int) -> bool:
    """Tells whether a server could listen on that port of the loopback interface now."""
    with socket.socket() as probe:
        # What servers do too: a port in TIME_WAIT is free, a port that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _choose(taken: set[int]) -> int:
    for _ in range(TRIES):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if port not in taken and _hold(port):
            return port
    raise StackError(f"none is free on 127.0.0.1 between {FIRST} and {LAST}: stop what listens there")


def _hold(port: int) -> bool:
    """Holds the port, for a server of this stack, against other stacks that choose theirs before it listens. Returns
    False where somebody else has it."""
    held = socket.socket()
    try:
        held.bind(("127.0.0.1", port))
    except OSError:
        held.close()
        return False
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # from now on a server may listen on it
    _held.append(held)
    while len(_held) > MOST_HELD:
        _held.popleft().close()
    return True
