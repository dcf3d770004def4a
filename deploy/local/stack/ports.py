"""The ports of one stack."""

import json
import secrets
import socket
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.stack.files import write_whole

# Below the range that systems take outgoing ports from, so that a port we were told is free stays free.
FIRST, LAST = 15_000, 32_000
TRIES = 200


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
        if port not in taken and is_free(port):
            return port
    raise StackError(f"none is free on 127.0.0.1 between {FIRST} and {LAST}: stop what listens there")
