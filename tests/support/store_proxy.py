"""A TCP proxy between driver and store that does something to the replies of commits."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Literal
from urllib.parse import urlsplit

import bson

Deed = Literal["pass", "drop", "lose", "delay", "double", "fail"]
"""`drop`: the store commits, and the connection ends before its reply. `lose`: the commit never reaches the store.
`fail`: the store commits, and says that something went wrong within it."""
HEADER_BYTES = 16
DELAY_SECONDS = 2.0


class StoreProxy:
    """`deeds` are what to do with the next commits, one after the other; `always` is done after the last of them.

    One reply in `cut_every`, whatever it answers, ends in its middle, and its connection too; `cuts` counts them."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self.deeds: list[Deed] = []
        self.always: Deed = "pass"
        self.commits = 0
        self.cut_every, self.cuts, self._replies = 0, 0, 0
        self.url = ""
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the driver."""
        try:
            upstream_reader, upstream = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, upstream}
        pending: dict[int, Deed] = {}
        await _first_of(
            lambda: self._forward(reader, upstream, pending), lambda: self._back(upstream_reader, writer, pending)
        )
        for each in (writer, upstream):
            each.close()
            self._open.discard(each)

    async def _forward(
        self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter, pending: dict[int, Deed]
    ) -> None:
        async for message in _messages(reader):
            if b"commitTransaction" in message:
                pending[struct.unpack_from("<i", message, 4)[0]] = deed = self._next()
                if deed == "lose":
                    return
            upstream.write(message)
            await upstream.drain()

    async def _back(
        self, upstream_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pending: dict[int, Deed]
    ) -> None:
        async for message in _messages(upstream_reader):
            deed = pending.pop(struct.unpack_from("<i", message, 8)[0], "pass")
            if deed == "drop":
                return
            if self._is_cut():
                writer.write(message[: len(message) // 2])
                await writer.drain()
                return
            if deed == "delay":
                await asyncio.sleep(DELAY_SECONDS)
            if deed == "fail":
                message = _internal_error(message)
            writer.write(message * (2 if deed == "double" else 1))
            await writer.drain()

    def close(self) -> None:
        for each in list(self._open):
            each.close()

    def _is_cut(self) -> bool:
        self._replies += 1
        cut = bool(self.cut_every) and self._replies % self.cut_every == 0
        self.cuts += cut
        return cut

    def _next(self) -> Deed:
        self.commits += 1
        return self.deeds.pop(0) if self.deeds else self.always


def _internal_error(reply: bytes) -> bytes:
    """Returns the reply in whose place a store says that something went wrong within it."""
    section = b"\x00\x00\x00\x00\x00" + bson.encode({"ok": 0.0, "errmsg": "internal server error", "code": 1})
    _, request, response, kind = struct.unpack_from("<iiii", reply)
    return struct.pack("<iiii", HEADER_BYTES + len(section), request, response, kind) + section


async def _first_of(*ways: Callable[[], Awaitable[None]]) -> None:
    """Until one of them has ended; its own error, such as a connection that is gone, is the end like any other."""
    tasks = [asyncio.ensure_future(way()) for way in ways]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Whole messages of MongoDB's wire protocol."""
    while True:
        try:
            header = await reader.readexactly(HEADER_BYTES)
            length = struct.unpack_from("<i", header)[0]
            yield header + await reader.readexactly(length - HEADER_BYTES)
        except (asyncio.IncompleteReadError, ConnectionError):
            return


@contextmanager
def store_proxy(mongo_url: str) -> Iterator[StoreProxy]:
    """Before the store at `mongo_url`, with a URL of its own. It runs in a thread of its own: a driver that is closed
    says its last words while it blocks the loop of its service."""
    parts = urlsplit(mongo_url)
    proxy = StoreProxy((parts.hostname or "127.0.0.1", parts.port or 27017))
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(proxy.serve, "127.0.0.1", 0), loop).result()
    port = server.sockets[0].getsockname()[1]
    proxy.url = parts._replace(netloc=f"127.0.0.1:{port}", query="directConnection=true").geturl()
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server, proxy), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(server: asyncio.Server, proxy: StoreProxy) -> None:
    server.close()
    proxy.close()
    served = asyncio.all_tasks() - {asyncio.current_task()}
    if served:
        await asyncio.wait(served, timeout=1)
