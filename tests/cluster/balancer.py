"""The one address of a cluster: each new connection goes to a node that takes it, as a load balancer's does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count

from tests.cluster.node import Node

TRIED_SECONDS = 1.0
CHUNK_BYTES = 64 * 1024


@asynccontextmanager
async def balanced(nodes: Sequence[Node], port: int) -> AsyncIterator[int]:
    """Yields a port on the loopback interface that leads to that port of the nodes, in turn."""
    turns, open_now = count(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        open_now.add(task)
        task.add_done_callback(open_now.discard)
        with suppress(OSError):
            first = next(turns)
            await _join(reader, writer, await _connected([nodes[(first + n) % len(nodes)] for n in range(3)], port))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in open_now:
        task.cancel()
    await asyncio.gather(*open_now, return_exceptions=True)


async def _connected(nodes: Sequence[Node], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for node in nodes:
        address = await node.address()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(TRIED_SECONDS):
                return await asyncio.open_connection(address or "0.0.0.0", port)  # noqa: S104 - refuses at once
    raise ConnectionRefusedError("no node takes connections")


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Passes on what either side says, until one of them has ended."""
    ways = [asyncio.ensure_future(_pass(reader, upstream[1])), asyncio.ensure_future(_pass(upstream[0], writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        upstream[1].close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
