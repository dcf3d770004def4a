"""A connection to a service on which a test sends bytes as they are."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20.0


class RawConnection:
    """Bytes sent as they are, and what comes back until the other side closes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, text: str) -> None:
        await self.send_bytes(text.replace("\n", "\r\n").encode())

    async def send_bytes(self, sent: bytes) -> None:
        self._writer.write(sent)
        await self._writer.drain()

    async def first_line(self) -> str:
        """Returns the first line of the answer. Raises `TimeoutError` when none comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await self._reader.readline()).decode()

    async def to_its_end(self) -> str:
        """Raises `TimeoutError` when the connection stays open."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                return (await self._reader.read(-1)).decode()
            except ConnectionError:
                return ""


@asynccontextmanager
async def connected(url: str, receive_bytes: int = 65_536) -> AsyncIterator[RawConnection]:
    parts = urlsplit(url)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    made.setblocking(False)
    await asyncio.get_running_loop().sock_connect(made, (parts.hostname, parts.port))
    reader, writer = await asyncio.open_connection(sock=made, limit=1_000)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.close()
