"""A stream of contacts, one JSON object a line: an answer for each line, and one bad line spoils no other."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from services.intake.contact import ContactReport
from services.intake.lines import Line, batches, refusal, whole
from services.intake.receipt import Receipt
from services.intake.recording import Arrival, Recorder
from shared.contracts.contacts import MOST_TOGETHER
from shared.errors import OtmError
from shared.identifiers import new_id
from shared.web.access import Principal
from shared.web.idempotency import BodyDigest, identified

TOGETHER = MOST_TOGETHER
"""Lines that share a commit and an event."""


class BatchRecorder:
    def __init__(self, recorder: Recorder, digest: BodyDigest) -> None:
        self._recorder = recorder
        self._digest = digest

    async def record(self, chunks: AsyncIterator[bytes], caller: Principal, key: str | None) -> AsyncIterator[bytes]:
        """One answer a line, in order: `{"line", "status", "contact"}`, or `"problem"` for a line that was refused."""
        async for batch in batches(chunks, TOGETHER):
            yield await self._answers(batch, caller, key)

    async def _answers(self, batch: Sequence[Line], caller: Principal, key: str | None) -> bytes:
        read = [self._read(line, caller, key) for line in batch]
        kept = iter(await self._recorder.record_all([each for each in read if isinstance(each, Arrival)]))
        results = [next(kept) if isinstance(each, Arrival) else each for each in read]
        answers = [_answer(number, result) for (number, _), result in zip(batch, results, strict=True)]
        return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in answers)

    def _read(self, line: Line, caller: Principal, key: str | None) -> Arrival | Exception:
        try:
            report = ContactReport.model_validate_json(whole(line))
        except (ValidationError, OtmError) as error:
            return error
        return arrival(report, caller, f"{key}:{line[0]}" if key else None, self._digest)


def arrival(report: ContactReport, caller: Principal, key: str | None, digest: BodyDigest) -> Arrival:
    """Without a key each report is a new one, whatever is in it."""
    by, team = caller.subject, caller.works_for
    if key is None:
        return Arrival(report, by, team, new_id(), "", again=False)
    request = identified(caller, "contact", key, report, digest)
    return Arrival(report, by, team, request.id, request.digest, again=True)


def _answer(number: int, result: Receipt | BaseException) -> dict[str, Any]:
    if isinstance(result, BaseException):
        return refusal(number, result)
    return {"line": number, "status": 201, "contact": result.contact}
