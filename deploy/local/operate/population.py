"""Sends a population file to dispatcher, and tries again while nobody answers: the same file has one effect."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from deploy.local.errors import StackError

PIECE = 262_144  # bytes
ANSWER_WITHIN = 900.0  # seconds, between two pieces or for the answer
KEEP_TRYING = 300.0  # seconds since the last piece that was taken
WAIT = 1.0
AGAIN = (502, 503, 504)
OK = 200

Progress = Callable[[str, int], None]
"""Told what is done and how many bytes of the file have been dealt with."""


class RefusedError(StackError):
    """Dispatcher does not take the file; the text says why, as dispatcher does."""


class Population:
    """One campaign's population, by dispatcher's HTTP API."""

    def __init__(self, url: str, key: str, campaign: str) -> None:
        self._path = f"{url}/v1/campaigns/{campaign}/population"
        self._http = httpx.Client(timeout=ANSWER_WITHIN, headers={"Authorization": f"Bearer {key}"})

    def declare(self, schema: Path) -> None:
        headers = {"Content-Type": "application/json"}
        _good(self._http.put(f"{self._path}/schema", content=schema.read_bytes(), headers=headers))

    def load(self, file: Path, progress: Progress) -> dict[str, Any]:
        """The report of the load. A file that was loaded before is not sent again. Raises `RefusedError`."""
        digest = _digest(file, progress)
        known = self._http.get(self._path)
        if known.status_code == OK and known.json()["sha256"] == digest.hex():
            return dict(known.json())
        return self._send(file, digest, progress)

    def save(self, which: str, to: Path) -> None:
        """The report of rows that were `rejected` or `suppressed`."""
        path = f"{self._path}/{'rejections' if which == 'rejected' else which}"
        with self._http.stream("GET", path) as answer, to.open("wb") as out:
            if answer.is_error:
                answer.read()
            _good(answer)
            out.writelines(answer.iter_bytes())

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
                answer = self._http.put(self._path, content=pieces(), headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in AGAIN:
                return dict(_good(answer).json())
            if time.monotonic() > taken + KEEP_TRYING:
                raise RefusedError("dispatcher does not answer; nothing is half loaded: give the same command again")
            progress("Waiting for dispatcher", 0)
            time.sleep(WAIT)


def _digest(file: Path, progress: Progress) -> bytes:
    digest = hashlib.sha256()
    for piece in _pieces(file, "Reading", progress):
        digest.update(piece)
    return digest.digest()


def _pieces(file: Path, doing: str, progress: Progress) -> Iterator[bytes]:
    done = 0
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
            done += len(piece)
            progress(doing, done)


def _good(answer: httpx.Response) -> httpx.Response:
    if not answer.is_error:
        return answer
    try:
        said = answer.json()
    except ValueError:
        raise RefusedError(f"dispatcher answered {answer.status_code}") from None
    problems = "".join(f"\n  {p['field']}: {p['rule']} ({p['message']})" for p in said.get("problems", ()))
    raise RefusedError(f"{said.get('title', 'refused')}{problems}")
