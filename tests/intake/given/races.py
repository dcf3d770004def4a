"""Operations that write about one customer at the same moment, and the states that they leave."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from tests.intake.given.letters import SendContact, handlers, report
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample

SECRET = "Gwenllian's second flat"
PDF = b"%PDF-1.7\nrent book"
_numbers = count(5_000)


@dataclass(frozen=True)
class Situation:
    """A customer with one letter, one contact about it, a disclosure and a referral that follow from it; an outcome.
    `key` is the `Idempotency-Key` of the contact."""

    letter: str
    contact: str
    disclosure: str
    referral: str
    outcome: str
    key: str


Operation = Callable[[Inside, Situation], Awaitable[int]]
"""Does something about a customer and returns the status of the answer."""


async def situation(intake: Inside, send: SendContact) -> Situation:
    number = next(_numbers)
    letter = letter_reference(number, b"k")
    await register(intake, letter)
    volunteered = {"kind": "disclosure", "description": SECRET}
    body = report(letter_reference=letter, reason="cannot-pay", note=SECRET, volunteered=volunteered)
    answer = (await send(intake, body, f"key-{number}")).json()
    async with intake.caller("analyst") as analyst:
        outcome = (await analyst.post("/v1/outcomes", json=outcome_of(letter, "filed"))).json()["id"]
    referral = await intake.service.store["referrals"].find_one({"contact": answer["contact"]})
    assert referral is not None
    return Situation(letter, answer["contact"], answer["disclosure"], referral["_id"], outcome, f"key-{number}")


async def register(intake: Inside, letter: str) -> None:
    communications = [{"reference": letter, "arm": "plain", "language": "en", "customer": token(letter)}]
    issued = sample(CommunicationsIssued, chunk=1 + int(token(letter)[:5], 16), communications=communications)
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))


async def register_again(intake: Inside, at: Situation) -> int:
    """As the broker delivers it a second time."""
    await register(intake, at.letter)
    return 200


def token(letter: str) -> str:
    return sha256(letter.encode()).hexdigest()[:32]


def outcome_of(letter: str, outcome: str) -> dict[str, Any]:
    return {"letter_reference": letter, "outcome": outcome, "on": "2026-09-10"}


def posts(subject: str, path: str, body: Any = None, content: bytes | None = None, key: str | None = None) -> Operation:
    async def operation(intake: Inside, at: Situation) -> int:
        filled = body(at) if callable(body) else body
        sent: dict[str, Any] = {"content": content} if content else {"json": filled}
        sent["headers"] = {"Idempotency-Key": key.format(**vars(at))} if key else {}
        async with intake.caller(subject) as caller:
            answer = await caller.post(f"/v1/{path.format(**vars(at))}", **sent)
        return answer.status_code

    return operation


def corrected(at: Situation) -> dict[str, Any]:
    return {"report": report(letter_reference=at.letter, reason="cannot-pay", note=SECRET), "why": "wrong-note"}


def whom(**further: Any) -> Callable[[Situation], dict[str, Any]]:
    return lambda at: {"whom": {"letter_reference": at.letter}, **further}


def once_more(at: Situation) -> dict[str, Any]:
    return report(letter_reference=at.letter, note=SECRET)


def the_same(at: Situation) -> dict[str, Any]:
    volunteered = {"kind": "disclosure", "description": SECRET}
    return report(letter_reference=at.letter, reason="cannot-pay", note=SECRET, volunteered=volunteered)


OPERATIONS: dict[str, Operation] = {
    "correct": posts("helpline", "contacts/{contact}/corrections", corrected),
    "void": posts("helpline", "contacts/{contact}/void", {"why": "recorded-twice"}),
    "refer": posts("helpline", "contacts/{contact}/referrals", {"team": "extra-support", "reason": "asked"}),
    "attach": posts("helpline", "disclosures/{disclosure}/attachments", content=PDF),
    "acknowledge": posts("disclosure-officer", "disclosures/{disclosure}/acknowledge"),
    "resolve": posts("disclosure-officer", "disclosures/{disclosure}/resolve"),
    "accept": posts("debt-adviser", "referrals/{referral}/accept"),
    "return": posts("debt-adviser", "referrals/{referral}/return", {"why": "not-ours"}),
    "close": posts("debt-adviser", "referrals/{referral}/close", {"why": "done"}),
    "route": posts("disclosure-officer", "disclosures/{disclosure}/route", {"team": "compliance"}),
    "contact": posts("helpline", "contacts", once_more),
    "contact-again": posts("helpline", "contacts", the_same, key="{key}"),
    "register": register_again,
    "outcome": posts("analyst", "outcomes", lambda at: outcome_of(at.letter, "paid")),
    "correct-outcome": posts(
        "analyst", "outcomes/{outcome}/corrections", {"why": "wrong", "outcome": "amended", "on": "2026-09-09"}
    ),
    "void-outcome": posts("analyst", "outcomes/{outcome}/void", {"why": "recorded-twice"}),
    "erase": posts("data-protection", "privacy/erasures", whom(ground="objection")),
    "restrict": posts("data-protection", "privacy/restrictions", whom(reason="legal-claim")),
    "lift": posts("data-protection", "privacy/restrictions/lift", whom(reason="settled")),
}


async def left_by(intake: Inside, at: Situation) -> dict[str, Any]:
    """Returns what operations left of a situation, without ids and instants."""
    store = intake.service.store
    contact = await store["contacts"].find_one({"_id": at.contact}) or {}
    disclosure = await store["disclosures"].find_one({"_id": at.disclosure}) or {}
    of_letter = {"reference": at.letter}
    referrals = await store["referrals"].find({"contact": at.contact}).to_list(None)
    async with intake.caller("data-protection") as officer:
        export = await officer.post("/v1/privacy/exports", json={"letter_reference": at.letter})
    return {
        "contact": (contact.get("erased_at") is not None, contact.get("void", False)),
        "contacts": len(export.json().get("holdings", {}).get("contacts", ())),
        "history": await store["contact_history"].count_documents({"contact": at.contact}),
        "disclosure": (disclosure["state"], disclosure["open"], disclosure.get("erased_at") is not None),
        "referrals": sorted((r["team"], r["state"], r["open"], r.get("erased_at") is not None) for r in referrals),
        "files": await store["attachments"].count_documents({"disclosure": at.disclosure}),
        "outcomes": sorted([(o["outcome"], bool(o.get("void"))) async for o in store["outcomes"].find(of_letter)]),
        "words": export.text.count(SECRET),
        "restricted": export.json().get("restricted"),
    }
