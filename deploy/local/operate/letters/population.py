"""Sends a population file to dispatcher, and tries again while nobody answers: the same file has one effect."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.client import AWAY, Client, Endpoint, RefusedError, UnreachableError
from deploy.local.errors import StackError

PIECE_BYTES = 262_144
ANSWER_SECONDS = 900.0
"""Between two pieces, or for the answer."""
KEEP_TRYING_SECONDS = 300.0
"""Since the last piece that was taken."""
PAUSE_SECONDS = 1.0

Progress = Callable[[str, int], None]
"""Told what is done and how many bytes of the file have been dealt with."""


class PopulationRefusedError(StackError):
    """Dispatcher does not take the file; the text says why, as dispatcher does."""

    def __init__(self, refused: RefusedError) -> None:
        problems = "".join(f"\n  {p['field']}: {p['rule']} ({p['message']})" for p in refused.problems)
        super().__init__(f"{refused.title}{problems}")


class Population:
    """One campaign's population, by dispatcher's HTTP API. Raises `StackError` with dispatcher's words."""

    def __init__(self, dispatcher: Endpoint, campaign: str) -> None:
        self._path = f"/v1/campaigns/{campaign}/population"
        self._dispatcher = Client(dispatcher, ANSWER_SECONDS)

    def declare(self, schema: Path) -> None:
        headers = {"Content-Type": "application/json"}
        with _explained():
            self._dispatcher.send("PUT", f"{self._path}/schema", content=schema.read_bytes(), headers=headers)

    def load(self, file: Path, progress: Progress) -> dict[str, Any]:
        """Returns the report of the load. A file that was loaded before is not sent again."""
        digest = _digest(file, progress)
        known = self._known()
        return known if known and known["sha256"] == digest.hex() else self._send(file, digest, progress)

    def save(self, which: str, to: Path) -> None:
        """Saves the report of rows that were `rejected` or `suppressed`."""
        path = f"{self._path}/{'rejections' if which == 'rejected' else which}"
        with _explained(), self._dispatcher.stream(path) as answer, to.open("wb") as out:
            out.writelines(answer.iter_bytes())

    def _known(self) -> dict[str, Any] | None:
        """Returns the report of what is loaded; None where nothing is, or nobody answers yet."""
        try:
            return dict(self._dispatcher.get(self._path))
        except (RefusedError, UnreachableError):
            return None

    def _send(self, file: Path, digest: bytes, progress: Progress) -> dict[str, Any]:
        headers = {
            "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
            "Content-Length": str(file.stat().st_size),
        }
        taken = time.monotonic()

        def pieces() -> Iterator[bytes]:
            nonlocal taken
            for piece in _pieces(file, "Sending", progress):
                yield piece
                taken = time.monotonic()

        while True:
            try:
                with _explained():
                    return dict(self._dispatcher.send("PUT", self._path, content=pieces(), headers=headers).json())
            except (_AwayError, UnreachableError):
                if time.monotonic() > taken + KEEP_TRYING_SECONDS:
                    raise StackError(
                        "dispatcher does not answer; nothing is half loaded: give the same command again"
                    ) from None
            progress("Waiting for dispatcher", 0)
            time.sleep(PAUSE_SECONDS)


class _AwayError(StackError):
    """Dispatcher, or what it stands on, is away for a moment."""


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        if refused.status in AWAY:
            raise _AwayError(str(refused)) from None
        raise PopulationRefusedError(refused) from None


def _digest(file: Path, progress: Progress) -> bytes:
    digest = hashlib.sha256()
    for piece in _pieces(file, "Reading", progress):
        digest.update(piece)
    return digest.digest()


def _pieces(file: Path, doing: str, progress: Progress) -> Iterator[bytes]:
    done = 0
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
            done += len(piece)
            progress(doing, done)
