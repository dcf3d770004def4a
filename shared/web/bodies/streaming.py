"""Answers that begin while the request is still being read, and never keep it from being read."""

import asyncio
import os
from collections import deque
from tempfile import TemporaryFile
from typing import IO

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.protection import NONCE

IN_MEMORY = 1_000_000  # bytes of answers that wait for their reader before further ones wait on disk
IDLE = 60.0  # seconds for which a caller whose request was read to its end need not take any of the answer

BREAKS_OFF = (
    b'{"status":503,"problem":"the answer breaks off here by a fault of ours: send the lines without one again"}\n'
)
"""The last line of an answer of lines that cannot be ended as it should."""

log = structlog.get_logger(__name__)


class AnswerWhileReading(StreamingResponse):
    """Its iterator reads the request's body. Nobody else may listen for a disconnect then, as a plain
    `StreamingResponse` does: it would take parts of the body and throw them away.

    Many clients send all of a request before they read anything: what they do not take yet waits.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with Waiting() as waiting:
            sending = asyncio.create_task(self._send(waiting, send))
            try:
                await self._read(waiting)
                await _until_taken(sending, waiting)
            except ClientDisconnect:
                log.info("a stream was broken off by its sender")
            finally:
                sending.cancel()

    async def _read(self, waiting: "Waiting") -> None:
        """Where that fails by a fault of ours, a last line says so."""
        try:
            async for answer in self.body_iterator:
                waiting.put(answer.encode() if isinstance(answer, str) else bytes(answer))
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("an answer breaks off")
            waiting.put(BREAKS_OFF)
        waiting.end()

    async def _send(self, waiting: "Waiting", send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while (answer := await waiting.take()) is not None:
            await send({"type": "http.response.body", "body": answer, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Waiting:
    """Answers in their order: a few in memory, the others encrypted in a file without a name, by a key of its own."""

    def __init__(self) -> None:
        self._answers: deque[bytes | tuple[IO[bytes], int, int]] = deque()
        self._in_memory = 0
        self._news = asyncio.Event()
        self._ended = False
        self._file: IO[bytes] | None = None
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self.taken = 0

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def put(self, answer: bytes) -> None:
        if self._in_memory + len(answer) <= IN_MEMORY:
            self._in_memory += len(answer)
            self._answers.append(answer)
        else:
            self._answers.append(self._to_disk(answer))
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def take(self) -> bytes | None:
        """The next one, once there is one; None after the last."""
        while not self._answers and not self._ended:
            self._news.clear()
            await self._news.wait()
        if not self._answers:
            return None
        self.taken += 1
        answer = self._answers.popleft()
        if isinstance(answer, tuple):
            return self._from_disk(*answer)
        self._in_memory -= len(answer)
        return answer

    def _to_disk(self, answer: bytes) -> tuple[IO[bytes], int, int]:
        """Its file, where it stands, which is its nonce too, and how long it is there."""
        self._file = self._file or TemporaryFile()  # noqa: SIM115 (closed at the end)
        place = self._file.seek(0, os.SEEK_END)
        return self._file, place, self._file.write(self._cipher.encrypt(place.to_bytes(NONCE, "big"), answer, None))

    def _from_disk(self, file: IO[bytes], place: int, length: int) -> bytes:
        file.seek(place)
        return self._cipher.decrypt(place.to_bytes(NONCE, "big"), file.read(length), None)


async def _until_taken(sending: asyncio.Task[None], waiting: Waiting) -> None:
    """Until all was sent. Gives up on a caller who takes nothing any more; the connection is closed then."""
    while not sending.done():
        taken = waiting.taken
        await asyncio.wait({sending}, timeout=IDLE)
        if not sending.done() and waiting.taken == taken:
            log.warning("an answer was not taken")
            return
    await sending
