"""A web server that keeps what is posted to it, and answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any

import orjson


@dataclass(frozen=True)
class Post:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Receiver:
    """`status` is what it answers, with `answer`; 0 hangs up without an answer, after it has taken what came. The first
    visitors are answered `at_first`."""

    port: int = 0
    status: int = 200
    answer: bytes = b""
    at_first: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    visitors: int = 0

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}/hook?team=1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visitors += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.posts.append(Post(head[0].split(" ")[1], headers, body))
            if status := self.at_first.pop(0) if self.at_first else self.status:
                where = f"Location: {self.url()}\r\n" if status // 100 == 3 else ""
                length = f"Content-Length: {len(self.answer)}\r\n"
                writer.write(f"HTTP/1.1 {status} So\r\n{where}{length}\r\n".encode() + self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller thought better of it
        finally:
            writer.close()


@asynccontextmanager
async def receiver(tls: SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver._serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    yield receiver
    server.close()
