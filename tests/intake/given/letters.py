"""Letters that intake has heard of, and reports about them."""

import json
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from services.intake.contacts.excursions import Excursions
from services.intake.disclosures.disclosure import disclosure_reference
from services.intake.handlers import Handlers
from services.intake.helpline.ports import HeardCapacities
from services.intake.late_arrivals.letters import LateLetters
from services.intake.register.ports import Register
from shared.contracts import CampaignApproved, CommunicationsIssued, Contract, LinesToTakePublished
from shared.customers.letter_reference import letter_reference
from shared.events import Event, first_event
from shared.identifiers import derived_id
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample, stored

ENGLISH, WELSH = "7KM2X-Q4R9E", "23456-7ZZZ6"
OTHER_ARM, LATER = letter_reference(1, b"k"), letter_reference(2, b"k")
UNKNOWN = letter_reference(3, b"k")
"""A letter that could be, but that nobody sent."""
CALLED = datetime(2026, 9, 10, 12, tzinfo=UTC)
"""An hour or two after what a `report` tells of."""
COLLECTIONS = ("contacts", "disclosures", "referrals", "outbox")


def report(**changes: Any) -> dict[str, Any]:
    """A call about the English letter, with fields changed; without those that are made None."""
    fields = {
        "letter_reference": ENGLISH,
        "channel": "phone",
        "reason": "help-to-act",
        "received_at": "2026-09-10T10:20:00Z",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


SOMEBODY_ELSES = report(letter_reference=None, reason="other", note="Of somebody else")


class SendContact(Protocol):
    """Sends a contact to intake, one way or another, and gives its answer."""

    async def __call__(self, intake: Inside, body: object, key: str | None = None) -> httpx.Response: ...


async def send(intake: Inside, body: object, key: str | None = None, path: str = "/v1/contacts") -> httpx.Response:
    subject = "letter-issuer" if "issuer" in path else "helpline"
    async with intake.caller(subject) as caller:
        return await caller.post(path, json=body, headers={"Idempotency-Key": key} if key else {})


async def send_in_a_stream(intake: Inside, body: object, key: str | None = None) -> httpx.Response:
    """Sends the contact as a line of a stream, with somebody else's before and after it."""
    lines = b"\n".join(json.dumps(each).encode() for each in (SOMEBODY_ELSES, body, SOMEBODY_ELSES))
    async with intake.caller("helpline") as caller:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await caller.post("/v1/contacts/batch", content=lines, headers=headers)
    return _as_by_itself(json.loads(answer.text.splitlines()[1]))


def _as_by_itself(line: dict[str, Any]) -> httpx.Response:
    """The answer that the contact would have had alone, as far as one needs it."""
    if contact := line.get("contact"):
        line["disclosure"] = derived_id(contact, "disclosure")
        line["disclosure_reference"] = disclosure_reference(line["disclosure"])
    return httpx.Response(line["status"], json=line)


async def contacts_kept(intake: Inside) -> int:
    return sum([row.get("block", 1) async for row in intake.service.store["contacts"].find()])


async def kept(intake: Inside) -> list[int]:
    """Counts the documents of each of `COLLECTIONS`."""
    counts = [await intake.service.store[name].count_documents({}) for name in COLLECTIONS[1:]]
    return [await contacts_kept(intake), *counts]


def handlers(intake: Inside) -> Handlers:
    return Handlers(
        intake.part(Register), intake.part(LateLetters), intake.part(Excursions), intake.part(HeardCapacities)
    )


async def register(intake: Inside) -> None:
    """Everything comes twice, and letters before anything else about their campaign."""
    hear = handlers(intake)
    letters = sample(CommunicationsIssued)
    more = [{"reference": OTHER_ARM, "arm": "social-norm", "language": "en"}]
    later = [{"reference": LATER, "arm": "plain", "language": "en"}]
    for _ in range(2):
        await hear.register_letters(_heard(letters))
        await hear.register_letters(_heard(sample(CommunicationsIssued, chunk=3, communications=more)))
        await hear.register_letters(
            _heard(sample(CommunicationsIssued, chunk=4, lines_to_take=2, communications=later))
        )
        await hear.note_lines_to_take(_heard(sample(LinesToTakePublished)))
        await hear.note_lines_to_take(_heard(sample(LinesToTakePublished, version=2, lines=_later_lines())))
        await hear.note_campaign(_heard(sample(CampaignApproved)))


def _later_lines() -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = stored(LinesToTakePublished)["lines"]
    return [line | {"answer": f"Since version 2: {line['answer']}"} for line in lines]


def _heard(data: Contract) -> Event[Any]:
    return first_event(data, "somebody", NOON)
