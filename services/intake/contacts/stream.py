"""A stream of contacts, one JSON object a line: an answer for each line, and one bad line spoils no other."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from services.intake.contacts.block import LINES_PER_BLOCK, placed
from services.intake.contacts.contact import ContactReport
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.recogniser import IncomingContact
from services.intake.contacts.recorder import Recorder
from services.intake.ndjson import Line, batches, read_line, refusal, whole
from shared.errors import OtmError
from shared.idempotency import BodyDigest, identified
from shared.identifiers import derived_id, new_id
from shared.principal import Principal

LINES_PER_COMMIT = 1_000
"""Lines that share a commit: whole blocks of them."""


class BatchRecorder:
    def __init__(self, recorder: Recorder, digest: BodyDigest) -> None:
        self._recorder = recorder
        self._digest = digest

    async def record(self, chunks: AsyncIterator[bytes], caller: Principal, key: str | None) -> AsyncIterator[bytes]:
        """Yields one answer a line, in order: `{"line", "status", "contact"}`, or `"problem"` where one was refused."""
        async for batch in batches(chunks, LINES_PER_COMMIT):
            yield await self._answers(batch, caller, key)

    async def _answers(self, batch: Sequence[Line], caller: Principal, key: str | None) -> bytes:
        blocks = _Blocks(caller, key)
        read = [self._read(line, caller, blocks) for line in batch]
        kept = iter(await self._recorder.record_all([each for each in read if isinstance(each, IncomingContact)]))
        results = [next(kept) if isinstance(each, IncomingContact) else each for each in read]
        answers = [_answer(number, result) for (number, _), result in zip(batch, results, strict=True)]
        return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in answers)

    def _read(self, line: Line, caller: Principal, blocks: "_Blocks") -> IncomingContact | Exception:
        try:
            report = read_line(whole(line), ContactReport)
        except (ValidationError, OtmError) as error:
            return error
        digest = self._digest(report) if blocks.again else ""
        return IncomingContact(report, caller.subject, caller.works_for, blocks.id_of(line[0]), digest, blocks.again)


class _Blocks:
    """The block that each line of a stream goes in. With a key, the same line always goes in the same place."""

    def __init__(self, caller: Principal, key: str | None) -> None:
        self._caller = caller
        self._key = key
        self._ids: dict[int, str] = {}

    @property
    def again(self) -> bool:
        """True where the stream may have come before."""
        return self._key is not None

    def id_of(self, line: int) -> str:
        number, place = divmod(line - 1, LINES_PER_BLOCK)
        if number not in self._ids:
            operation = f"contacts|{self._key}"
            self._ids[number] = derived_id(self._caller.subject, operation, number) if self._key else new_id()
        return placed(self._ids[number], place)


def arrival(report: ContactReport, caller: Principal, key: str | None, digest: BodyDigest) -> IncomingContact:
    """Returns one report by itself. Without a key each is a new contact, whatever is in it."""
    by, team = caller.subject, caller.works_for
    if key is None:
        return IncomingContact(report, by, team, new_id(), "", again=False)
    request = identified(caller, "contact", key, report, digest)
    return IncomingContact(report, by, team, request.id, request.digest, again=True)


def _answer(number: int, result: Receipt | BaseException) -> dict[str, Any]:
    if isinstance(result, BaseException):
        return refusal(number, result)
    answer = {"line": number, "status": 201, "contact": result.contact}
    return answer | ({"customer": result.customer} if result.customer == "not-recognised" else {})
