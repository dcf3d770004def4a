"""A broker's words about a virtual host that it refuses, which aiormq does not pass on."""

import asyncio
from urllib.parse import unquote, urlsplit

from pamqp import commands, exceptions, frame
from pamqp.base import Frame
from pamqp.header import ProtocolHeader

_LARGEST_FRAME = 131_072


async def closing_words(amqp_url: str, seconds: float = 5.0) -> str | None:
    """Opens a plain connection step by step; returns the broker's reason for closing it, None where it does not."""
    address = urlsplit(amqp_url)
    if address.scheme != "amqp":
        return None
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(address.hostname, address.port or 5672)
        try:
            return await _words(_Frames(reader), writer, amqp_url)
        finally:
            writer.close()


async def _words(frames: "_Frames", writer: asyncio.StreamWriter, amqp_url: str) -> str | None:
    address = urlsplit(amqp_url)
    user, password = unquote(address.username or "guest"), unquote(address.password or "guest")
    answers: list[Frame] = [
        commands.Connection.StartOk(mechanism="PLAIN", response=f"\0{user}\0{password}"),
        commands.Connection.TuneOk(channel_max=1, frame_max=_LARGEST_FRAME, heartbeat=0),
    ]
    writer.write(ProtocolHeader(0, 9, 1).marshal())
    for answer in answers:
        said = await frames.next()
        if isinstance(said, commands.Connection.Close):
            return str(said.reply_text)
        writer.write(frame.marshal(answer, 0))
    writer.write(frame.marshal(commands.Connection.Open(unquote(address.path[1:]) or "/"), 0))
    said = await frames.next()
    return str(said.reply_text) if isinstance(said, commands.Connection.Close) else None


class _Frames:
    """The frames that arrive on a connection."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._read = b""

    async def next(self) -> object:
        while True:
            try:
                consumed, _, found = frame.unmarshal(self._read)
            except exceptions.UnmarshalingException:
                consumed, found = 0, None
            if consumed:
                self._read = self._read[consumed:]
                return found
            more = await self._reader.read(_LARGEST_FRAME)
            if not more:
                return None
            self._read += more
