"""A stream of contacts, one JSON object a line: an answer for each line, and one bad line spoils no other."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from pydantic import ValidationError

from services.intake.contact import ContactReport
from services.intake.recording import Recorder
from shared.errors import OtmError, TooLarge
from shared.web.access import Principal
from shared.web.idempotency import identified

LONGEST_LINE = 64_000  # bytes
TOGETHER = 200
"""Lines dealt with at the same time, so that they share commits."""


class BatchRecorder:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def record(self, chunks: AsyncIterator[bytes], caller: Principal, key: str | None) -> AsyncIterator[bytes]:
        """One answer a line, in order: `{"line", "status", "contact"}`, or `"problem"` for a line that was refused."""
        batch: list[tuple[int, bytes | None]] = []
        number = 0
        async for line in _lines(chunks):
            number += 1
            if line is not None and not line.strip():
                continue
            batch.append((number, line))
            if len(batch) == TOGETHER:
                yield await self._answers(batch, caller, key)
                batch = []
        if batch:
            yield await self._answers(batch, caller, key)

    async def _answers(self, batch: Sequence[tuple[int, bytes | None]], caller: Principal, key: str | None) -> bytes:
        answers = await asyncio.gather(*(self._answer(number, line, caller, key) for number, line in batch))
        return b"".join(json.dumps(answer).encode() + b"\n" for answer in answers)

    async def _answer(self, number: int, line: bytes | None, caller: Principal, key: str | None) -> dict[str, object]:
        try:
            report = _read(line)
            request = identified(caller, "contact", f"{key}:{number}" if key else None, report)
            contact = await self._recorder.record(report, caller.subject, request.id, request.digest)
        except ValidationError as error:
            rules = [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5]]
            return {"line": number, "status": 422, "problem": "; ".join(rules)}
        except OtmError as error:
            return {"line": number, "status": error.status, "problem": error.message}
        return {"line": number, "status": 201, "contact": contact.id}


def _read(line: bytes | None) -> ContactReport:
    if line is None:
        raise TooLarge(f"a line has at most {LONGEST_LINE} bytes")
    return ContactReport.model_validate_json(line)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes | None]:
    """The lines of the stream; None for one that is too long, which is let go of as it comes."""
    pending, too_long = b"", False
    async for chunk in chunks:
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield None if too_long or len(line) > LONGEST_LINE else line
            too_long = False
        if len(pending) > LONGEST_LINE:
            pending, too_long = b"", True
    if pending or too_long:
        yield None if too_long else pending
