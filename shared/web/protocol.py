"""HTTP/1.1 with limits of time and number that uvicorn does not have."""

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""From the connection, or the first byte of a further request, to the end of its head."""
STALLED_SECONDS = 60.0
"""For which a client need not take any of an answer that waits for it."""

KEPT_SECONDS = 75
"""For which a connection stays open between two requests: longer than a reverse proxy keeps it,
`PROXIES_KEEP_SECONDS`.
A request that meets a connection which is just being closed is lost, and a proxy does not send a POST again."""
PROXIES_KEEP_SECONDS = 60


class LimitedProtocol(H11Protocol):
    """Closes connections whose heads do not come, and aborts those whose answers are not taken.

    `most_connections` is the limit of the process; one more is closed before anything is read of it.
    """

    most_connections: ClassVar[int] = 2_000
    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _left = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            if self._head is not None:
                self._head.cancel()
                self._head = None
        elif self._head is None:
            self._await_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._left = self.transport.get_write_buffer_size()
        self._stall = self.loop.call_later(STALLED_SECONDS, self._look_at_reader)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _await_head(self) -> None:
        self._head = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._head = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.abort()

    def _look_at_reader(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= self._left:
            self.transport.abort()
            return
        self._left = left
        self._stall = self.loop.call_later(STALLED_SECONDS, self._look_at_reader)
