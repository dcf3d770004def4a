"""A report is kept once, however often and wherever it is sent."""

import asyncio
from typing import Any

import httpx
import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import ENGLISH, kept, report, send
from tests.support.inside import Corner, Inside, inside


async def test_the_same_report_twice_is_one_contact_with_one_answer(intake: Inside) -> None:
    body = report(reason="complaint", volunteered={"kind": "disclosure", "description": "x"})
    first = await send(intake, body, "call-17")
    again = await send(intake, body, "call-17")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = await send(intake, body | {"reason": "other"}, "call-17")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert await kept(intake) == [1, 1, 1, 1]


async def test_the_same_report_sent_many_times_at_once_to_two_replicas_is_kept_once(
    intake: Inside, corner: Corner
) -> None:
    async with inside(build_app(corner.settings(Settings)), corner) as replica:
        sent = [send(each, report(reason="complaint"), "call-17") for each in (intake, replica) for _ in range(6)]
        answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await kept(intake) == [1, 0, 1, 1]


PDF = b"%PDF-1.7\n" + b"Rent book. " * 50_000
OUTCOME = {"letter_reference": ENGLISH, "outcome": "paid", "amount_pence": 73_200, "on": "2026-09-09"}
RETURNED = {"letters": [{"letter_reference": ENGLISH, "reason": "gone-away", "at": "2026-09-09T07:30:00Z"}]}
REQUESTS: dict[str, tuple[str, str, dict[str, Any], dict[str, int]]] = {
    "correction": ("helpline", "contacts/{contact}/corrections", {"json": {"report": report(), "why": "wrong-button"}},
                   {"contact_history": 1, "outbox": 2}),
    "void": ("helpline", "contacts/{contact}/void", {"json": {"why": "recorded-twice"}},
             {"contact_history": 1, "outbox": 2}),
    "referral": ("intake-lead", "contacts/{contact}/referrals", {"json": {"team": "complaints", "reason": "rude"}},
                 {"referrals": 1, "outbox": 2}),
    "file": ("helpline", "disclosures/{disclosure}/attachments", {"content": PDF},
             {"attachments": 1, "attachment_files.files": 1, "attachment_uploads": 0}),
    "outcome": ("analyst", "outcomes", {"json": OUTCOME}, {"outcomes": 1, "outbox": 2}),
    "returned mail": ("letter-issuer", "letter-issuer/returned-mail", {"json": RETURNED},
                      {"delivery_reports": 1, "outbox": 2}),
}  # fmt: skip
"""By kind: the caller, the path, the body, and the number of documents in the end."""


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_request_sent_many_times_at_once_under_its_key_is_kept_once(
    intake: Inside, corner: Corner, kind: str
) -> None:
    """A caller who heard nothing in time asks again while the first request is still in hand."""
    subject, path, content, expected = REQUESTS[kind]
    contact = (await send(intake, report(volunteered={"kind": "disclosure", "description": "x"}))).json()

    async def ask(of: Inside) -> httpx.Response:
        async with of.caller(subject) as caller:
            return await caller.post(f"/v1/{path.format(**contact)}", headers={"Idempotency-Key": "call-18"}, **content)

    async with inside(build_app(corner.settings(Settings)), corner) as replica:
        answers = await asyncio.gather(*(ask(each) for each in (intake, replica) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.text for answer in answers}) == 1
    assert {name: await intake.service.store[name].count_documents({}) for name in expected} == expected


async def test_one_callers_key_is_not_anothers(intake: Inside) -> None:
    ours = await send(intake, report(), "call-17")
    issuers = await send(intake, report(), "call-17", "/v1/letter-issuer/contacts")
    assert ours.json()["contact"] != issuers.json()["contact"]
    async with intake.caller("letter-issuer") as issuer:
        assert (await issuer.post("/v1/contacts", json=report())).status_code == 403
