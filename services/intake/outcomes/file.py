"""A file of outcomes, as NDJSON or CSV: an answer for each line, and one bad line spoils no other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from services.intake.ndjson import Line, batches, read_line, refusal, whole
from services.intake.outcomes.columns import Columns
from services.intake.outcomes.outcome import OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.recorder import OutcomeRecorder
from shared.errors import Invalid, Malformed, OtmError, Permanent
from shared.idempotency import BodyDigest, identified
from shared.principal import Principal
from shared.reading.csv_lines import with_line_feeds
from shared.reading.csv_records import SEPARATOR_LINE

LINES_PER_COMMIT = 500


class OutcomeFile:
    """A file that is read while it comes. `as_csv`: the first line names columns; else each line is a JSON object."""

    def __init__(
        self, desk: OutcomeRecorder, caller: Principal, key: str | None, digest: BodyDigest, *, as_csv: bool
    ) -> None:
        self._desk = desk
        self._caller = caller
        self._key = key
        self._digest = digest
        self._as_csv = as_csv
        self._columns: Columns | Malformed | None = None

    async def record(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yields one answer a line: `{"line", "status", "outcome", "matched"}`, or `"problem"` where one was refused.

        A first line of CSV that names no columns is the only one that is answered, and so is that of a file without any
        outcome.
        """
        chunks = with_line_feeds(chunks) if self._as_csv else chunks
        answered = False
        async for batch in batches(chunks, LINES_PER_COMMIT):
            answers = await self._answers(batch)
            answered = answered or bool(answers)
            yield answers
            if isinstance(self._columns, Malformed):
                break
        if not answered:
            yield _line(refusal(1, Invalid("there is no outcome in this file: is it the right one?")))
        async for _ in chunks:  # the caller sends it all before they read
            pass

    async def _answers(self, batch: Sequence[Line]) -> bytes:
        if self._as_csv and self._columns is None:
            batch = batch[1:] if (batch[0][1] or b"").strip().lower() == SEPARATOR_LINE.encode() else batch
            if not batch:
                return b""
            header, *batch = batch
            self._columns = _columns(header)
            if isinstance(self._columns, Malformed):
                return _line(refusal(header[0], self._columns))
        read = [(line[0], each) for line in batch if (each := self._read(line)) is not None]
        kept = iter(await self._kept([each for _, each in read if isinstance(each, Submitted)]))
        return b"".join(_line(_answer(n, next(kept) if isinstance(each, Submitted) else each)) for n, each in read)

    async def _kept(self, submitted: Sequence[Submitted]) -> Sequence[RecordedOutcome | Exception]:
        """Keeps all outcomes together; where some are at fault each half by itself, so that only they are refused."""
        try:
            return await self._desk.record(submitted)
        except Exception as error:
            if len(submitted) == 1 or not isinstance(error, ValueError | Permanent):
                return [error] * len(submitted)
            middle = len(submitted) // 2
            halves = await asyncio.gather(self._kept(submitted[:middle]), self._kept(submitted[middle:]))
            return [each for half in halves for each in half]

    def _read(self, line: Line) -> Submitted | Exception | None:
        """Returns the outcome of a line, or the error in it; None for a line of CSV whose cells are all empty."""
        try:
            report = self._report(whole(line))
            if report is None:
                return None
            self._desk.check(report)
        except (ValidationError, OtmError) as error:
            return error
        key = f"{self._key}:{line[0]}" if self._key else None
        request = identified(self._caller, "outcome", key, report, self._digest)
        return Submitted(request.id, request.digest, report, again=self._key is not None)

    def _report(self, text: bytes) -> OutcomeReport | None:
        if not isinstance(self._columns, Columns):
            return read_line(text, OutcomeReport)
        fields = self._columns.fields(text)
        return OutcomeReport.model_validate(fields) if fields else None


def _columns(header: Line) -> Columns | Malformed:
    try:
        return Columns.of(header[1] or b"")
    except Malformed as error:
        return error


def _answer(number: int, result: RecordedOutcome | Exception) -> dict[str, Any]:
    if isinstance(result, Exception):
        return refusal(number, result)
    return {"line": number, "status": 201, "outcome": result.id, "matched": result.matched}


def _line(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
