"""A TCP proxy between services and broker that knows AMQP 0-9-1, and does something to what goes through it.

Frames are read as section 2.3 of the specification has them: a type, a channel, a size, the payload and an end octet.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

GREETING_BYTES, HEAD_BYTES, END_BYTES = 8, 7, 1
METHOD, CONTENT_HEADER, BODY = 1, 2, 3
DELIVER, ACK, REJECT, NACK = (60, 60), (60, 80), (60, 90), (60, 120)


@dataclass(frozen=True, slots=True)
class Frame:
    """`method` are the numbers of class and method; None for other frames. `tag` is the delivery tag of a method of
    acknowledgement."""

    raw: bytes
    channel: int = 0
    kind: int = 0

    @property
    def method(self) -> tuple[int, int] | None:
        return struct.unpack_from(">HH", self.raw, HEAD_BYTES) if self.kind == METHOD else None

    @property
    def tag(self) -> int:
        return int(struct.unpack_from(">Q", self.raw, HEAD_BYTES + 4)[0])


@dataclass(eq=False)
class Link:
    """One connection of a service, and the proxy's own to the broker that goes with it. `unfinished` are the frames of
    a delivery, by channel, until its body is complete."""

    service: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    unfinished: dict[int, "Delivery"] = field(default_factory=dict)

    def to_service(self, raw: bytes) -> None:
        _write(self.service, raw)

    def to_broker(self, raw: bytes) -> None:
        _write(self.broker, raw)

    def close(self) -> None:
        """As a network does that is cut: nothing is said, and nothing waits to be written."""
        for end in (self.service, self.broker):
            end.transport.abort()


@dataclass
class Delivery:
    """The frames of one message that the broker delivers, all of them once `missing` bytes of its body are there."""

    tag: int
    raw: bytes
    missing: int = -1

    def add(self, frame: Frame) -> bool:
        """Returns whether the message is whole."""
        self.raw += frame.raw
        if frame.kind == CONTENT_HEADER:
            self.missing = int(struct.unpack_from(">Q", frame.raw, HEAD_BYTES + 4)[0])
        elif frame.kind == BODY:
            self.missing -= len(frame.raw) - HEAD_BYTES - END_BYTES
        return self.missing == 0


class Passing:
    """Nothing is done to anything. What is done instead is a class of its own, with other methods."""

    async def joined(self) -> None:
        """A service connects; the connection to the broker is made when this returns."""

    async def to_broker(self, link: Link, frame: Frame) -> None:
        link.to_broker(frame.raw)

    async def to_service(self, link: Link, frame: Frame) -> None:
        link.to_service(frame.raw)


class Deliveries(Passing):
    """Messages that the broker delivers are dealt with as a whole, by `deliver`."""

    async def to_service(self, link: Link, frame: Frame) -> None:
        if frame.method == DELIVER:
            # the consumer's tag, a short string, comes before the number
            tag_at = HEAD_BYTES + 4 + 1 + frame.raw[HEAD_BYTES + 4]
            tag = int(struct.unpack_from(">Q", frame.raw, tag_at)[0])
            link.unfinished[frame.channel] = Delivery(tag, frame.raw)
        elif frame.kind in (CONTENT_HEADER, BODY) and frame.channel in link.unfinished:
            if link.unfinished[frame.channel].add(frame):
                self.deliver(link, frame.channel, link.unfinished.pop(frame.channel))
        else:
            await super().to_service(link, frame)

    def deliver(self, link: Link, channel: int, delivery: Delivery) -> None:
        link.to_service(delivery.raw)


class AmqpProxy:
    """In front of the broker at `amqp_url`; `url` leads through it. `deed` is what is done now."""

    def __init__(self, amqp_url: str) -> None:
        self._target = urlsplit(amqp_url)
        self._links: set[Link] = set()
        self._passing = Passing()
        self.deed = self._passing
        self.url = ""

    @asynccontextmanager
    async def doing(self, deed: Passing) -> AsyncIterator[None]:
        self.deed = deed
        try:
            yield
        finally:
            self.deed = self._passing

    def cut(self) -> None:
        """Ends every connection that there is."""
        for link in list(self._links):
            link.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["AmqpProxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        user, port = self._target.netloc.rpartition("@")[0], server.sockets[0].getsockname()[1]
        self.url = self._target._replace(netloc=f"{user}@127.0.0.1:{port}").geturl()
        try:
            yield self
        finally:
            server.close()
            self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.deed.joined()
        try:
            from_broker, broker = await asyncio.open_connection(self._target.hostname, self._target.port)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, broker)
        self._links.add(link)
        ways = [
            asyncio.ensure_future(_each(reader, GREETING_BYTES, lambda f: self.deed.to_broker(link, f))),
            asyncio.ensure_future(_each(from_broker, 0, lambda f: self.deed.to_service(link, f))),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._links.discard(link)
            for way in ways:
                way.cancel()
            for end in (writer, broker):
                end.close()


def _write(end: asyncio.StreamWriter, raw: bytes) -> None:
    """Writes what may be late: the other end may have gone meanwhile."""
    if not end.is_closing():
        end.write(raw)


async def _each(reader: asyncio.StreamReader, greeting: int, forward: Callable[[Frame], Awaitable[None]]) -> None:
    """Brings every frame on its way, until the connection ends."""
    try:
        if greeting:
            await forward(Frame(await reader.readexactly(greeting)))
        while True:
            head = await reader.readexactly(HEAD_BYTES)
            kind, channel, size = struct.unpack(">BHI", head)
            await forward(Frame(head + await reader.readexactly(size + END_BYTES), channel, kind))
    except (asyncio.IncompleteReadError, OSError):
        return
