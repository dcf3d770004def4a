"""The time since which no server takes writes, as the driver's own watch knows it, and an end to waiting for one.

The driver waits in a thread for a server, and Motor has few threads: of forty requests that met a store that was away,
the last waited for all others, one time-out after the other.
"""

import time
from collections.abc import Sequence
from typing import Any

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient
from pymongo.errors import NetworkTimeout, ServerSelectionTimeoutError
from pymongo.monitoring import (
    ServerHeartbeatFailedEvent,
    ServerHeartbeatListener,
    ServerHeartbeatStartedEvent,
    ServerHeartbeatSucceededEvent,
    TopologyClosedEvent,
    TopologyDescriptionChangedEvent,
    TopologyListener,
    TopologyOpenedEvent,
)

LOOK_EVERY = 2.0
"""Seconds between the driver's looks at a server: nobody who waits would make it look sooner."""


class Away(TopologyListener, ServerHeartbeatListener):
    """A listener, which the driver tells in its own threads. A store that was not reached yet is away since the first
    operation, by which the driver begins to look for it, however long ago the client was made.

    A server is waited for until the store has been away for `seconds`, whenever the waiting began.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since: float | None = None
        self._silent = 0.0
        self._looked_for = False

    def look(self) -> None:
        """Notes that a server is looked for."""
        if not self._looked_for:
            self._looked_for = True
            self.since = self.since and time.monotonic()

    def left(self) -> float:
        """Returns the seconds for which a server may still be waited for, at most 0 when that is over."""
        since = self.since
        return self.seconds if since is None else since + self.seconds - time.monotonic()

    def description_changed(self, event: TopologyDescriptionChangedEvent) -> None:
        if event.new_description.has_writable_server():
            self.since = None
        elif self.since is None:
            self.since = time.monotonic() - self._silent

    def failed(self, event: ServerHeartbeatFailedEvent) -> None:
        """Notes since when a server that hangs has been away: since it was asked."""
        self._silent = event.duration if isinstance(event.reply, NetworkTimeout) else 0.0

    def opened(self, event: TopologyOpenedEvent) -> None:
        """Does nothing: nothing is known by then."""

    def closed(self, event: TopologyClosedEvent) -> None:
        """Does nothing: nobody asks any more."""

    def started(self, event: ServerHeartbeatStartedEvent) -> None:
        """Does nothing: its end says more."""

    def succeeded(self, event: ServerHeartbeatSucceededEvent) -> None:
        """Does nothing: what a server says of itself comes as a change."""


class Client(MongoClient[dict[str, Any]]):
    """A client whose calls wait together for a server: all of them end when the store was away for long enough, and
    those that come later at once."""

    def __init__(self, *args: Any, away: Away, event_listeners: Sequence[Any] = (), **options: Any) -> None:
        every = round(LOOK_EVERY * 1000)
        super().__init__(*args, event_listeners=[away, *event_listeners], heartbeatFrequencyMS=every, **options)
        self._away = away

    def _select_server(self, *args: Any, **options: Any) -> Any:
        self._away.look()
        left = self._away.left()
        if left <= 0:
            raise ServerSelectionTimeoutError(f"no server has taken writes for {self._away.seconds:g} s")
        with pymongo.timeout(left):
            return super()._select_server(*args, **options)


class MotorClient(AsyncIOMotorClient):  # type: ignore[type-arg]
    """Motor's client over that one."""

    __delegate_class__ = Client
