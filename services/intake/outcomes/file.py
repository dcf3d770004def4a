"""A file of outcomes, as NDJSON or CSV: an answer for each line, and one bad line spoils no other."""

import csv
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from services.intake.ndjson import Line, batches, refusal, whole
from services.intake.outcomes.outcome import OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.recorder import OutcomeRecorder
from shared.errors import Malformed, OtmError
from shared.idempotency import BodyDigest, identified
from shared.principal import Principal

LINES_PER_COMMIT = 500
AMOUNT = re.compile(r"[0-9]{1,20}", re.ASCII)
COLUMNS = ("letter_reference", "kind", "customer_reference", "campaign", "outcome", "amount_pence", "on")


class OutcomeFile:
    """`as_csv`: the first line names columns, some of `COLUMNS`; else each line is a JSON object."""

    def __init__(
        self, desk: OutcomeRecorder, caller: Principal, key: str | None, digest: BodyDigest, *, as_csv: bool
    ) -> None:
        self._desk = desk
        self._caller = caller
        self._key = key
        self._digest = digest
        self._as_csv = as_csv
        self._header: list[str] | None = None

    async def record(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yields one answer a line: `{"line", "status", "outcome", "matched"}`, or `"problem"` for one that was
        refused."""
        async for batch in batches(chunks, LINES_PER_COMMIT):
            yield await self._answers(batch)

    async def _answers(self, batch: Sequence[Line]) -> bytes:
        read = [(line[0], self._read(line)) for line in batch if not self._is_header(line)]
        kept = iter(await self._desk.record([each for _, each in read if isinstance(each, Submitted)]))
        answers = [_answer(n, next(kept) if isinstance(each, Submitted) else each) for n, each in read]
        return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in answers)

    def _is_header(self, line: Line) -> bool:
        if not self._as_csv or self._header is not None:
            return False
        self._header = _fields(line[1] or b"")
        return True

    def _read(self, line: Line) -> Submitted | Exception:
        try:
            report = self._report(whole(line))
            self._desk.check(report)
        except (ValidationError, OtmError) as error:
            return error
        key = f"{self._key}:{line[0]}" if self._key else None
        request = identified(self._caller, "outcome", key, report, self._digest)
        return Submitted(request.id, request.digest, report, again=self._key is not None)

    def _report(self, text: bytes) -> OutcomeReport:
        if not self._as_csv:
            return OutcomeReport.model_validate_json(text)
        header = self._header or []
        if not header or not set(header) <= set(COLUMNS):
            raise Malformed(f"the first line names columns, some of {', '.join(COLUMNS)}")
        cells = _fields(text)
        if len(cells) != len(header):
            raise Malformed(f"this line has {len(cells)} columns, the first one {len(header)}")
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
        return OutcomeReport.model_validate(_nested(_counted(given)))


def _counted(given: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields of a CSV line with the amount as a number; an amount that is none is left for the model to
    refuse."""
    amount = given.get("amount_pence", "")
    return given | {"amount_pence": int(amount)} if AMOUNT.fullmatch(amount) else given


def _nested(given: dict[str, Any]) -> dict[str, Any]:
    reference, kind = given.pop("customer_reference", None), given.pop("kind", None)
    if reference is None:
        return given
    return given | {"customer_reference": {"kind": kind, "reference": reference}}


def _fields(text: bytes) -> list[str]:
    try:
        return next(csv.reader([text.decode("utf-8-sig").rstrip("\r")], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        raise Malformed("a line is UTF-8 text with columns between commas") from None


def _answer(number: int, result: RecordedOutcome | Exception) -> dict[str, Any]:
    if isinstance(result, Exception):
        return refusal(number, result)
    return {"line": number, "status": 201, "outcome": result.id, "matched": result.matched}
