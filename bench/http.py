"""A caller that costs little: keep-alive connections, requests made ready beforehand, answers read and counted."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Measured:
    """Times of one run: `seconds` from the first request to the last answer, and the time of each answer."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, part: float) -> float:
        """In milliseconds."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * part))] * 1_000


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def opened(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, made_ready: bytes, expected: int) -> None:
        self._writer.write(made_ready)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        body = await self._reader.readexactly(length)
        assert status == expected, (status, body[:300])


async def flat_out(port: int, requests: Sequence[bytes], connections: int, expected: int = 201) -> Measured:
    """Each connection asks again as soon as it is answered."""
    measured, queue = Measured(), iter(requests)

    async def caller() -> None:
        connection = await Connection.opened(port)
        for each in queue:
            began = time.perf_counter()
            await connection.ask(each, expected)
            measured.took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(connections)))
    measured.seconds = time.perf_counter() - began
    return measured


async def paced(port: int, requests: Sequence[bytes], rate: float, connections: int) -> Measured:
    """`rate` requests a second, by the clock and not by the answers: waiting for a free connection counts too."""
    measured = Measured()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await Connection.opened(port))

    async def one(each: bytes, due: float) -> None:
        connection = await free.get()
        await connection.ask(each, 201)
        measured.took.append(time.perf_counter() - due)
        free.put_nowait(connection)

    began = time.perf_counter()
    asked = []
    for number, each in enumerate(requests):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.create_task(one(each, due)))
    await asyncio.gather(*asked)
    measured.seconds = time.perf_counter() - began
    return measured
