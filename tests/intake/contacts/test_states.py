"""Contacts that are void or were erased, and groups of which one member is at fault."""

import json
from typing import Any

import httpx
import pytest

from tests.intake.given.letters import ENGLISH, SendContact, report, send
from tests.intake.given.outcomes import outcome, post
from tests.intake.given.subjects import protect
from tests.support.inside import Inside

TOO_MUCH = {
    "kind": "disclosure",
    "description": "x",
    "items": [{"what": "rent", "amount_pence": 10**13}, {"what": "more rent", "amount_pence": 1}],
}
REFERRAL = {"team": "extra-support", "reason": "asked"}


async def ask(intake: Inside, path: str, body: Any, key: str | None = None) -> httpx.Response:
    async with intake.caller("helpline") as helpline:
        return await helpline.post(f"/v1/contacts{path}", json=body, headers={"Idempotency-Key": key} if key else {})


async def erase(intake: Inside) -> None:
    whom = {"letter_reference": ENGLISH}
    assert (await protect(intake, "erasures", {"whom": whom, "ground": "objection"})).is_success


async def test_a_void_contact_is_passed_to_nobody(intake: Inside, send_contact: SendContact) -> None:
    contact = (await send_contact(intake, report())).json()["contact"]
    assert (await ask(intake, f"/{contact}/void", {"why": "recorded-twice"})).is_success
    refused = await ask(intake, f"/{contact}/referrals", REFERRAL)
    assert (refused.status_code, refused.json()["title"]) == (409, "this contact is void: record a new one")


async def test_after_an_erasure_a_repeat_is_told_so_and_nothing_is_left_to_do(
    intake: Inside, send_contact: SendContact
) -> None:
    body = report(reason="cannot-pay", note="A flat")
    contact = (await send_contact(intake, body, "call-1")).json()["contact"]
    assert (await ask(intake, f"/{contact}/referrals", REFERRAL, "pass-1")).status_code == 201
    await post(intake, json.dumps(outcome()).encode(), "", key="o-1")
    await erase(intake)
    repeats = [
        await send_contact(intake, body, "call-1"),
        await post(intake, json.dumps(outcome()).encode(), "", key="o-1"),
        await ask(intake, f"/{contact}/referrals", REFERRAL, "pass-1"),
    ]
    assert [answer.status_code for answer in repeats[:2]] == [409, 409]
    assert all("has been erased" in answer.text for answer in repeats[:2])
    assert repeats[2].status_code in (404, 409), "a contact without names is no team's any more"
    async with intake.caller("intake-lead") as lead:
        assert (await lead.get("/v1/referrals")).json()["items"] == []


async def test_one_contact_that_cannot_be_kept_does_not_spoil_its_block(intake: Inside) -> None:
    bodies = [report(reason="cannot-pay"), report(reason="cannot-pay", volunteered=TOO_MUCH), report()]
    async with intake.caller("helpline") as helpline:
        lines = b"\n".join(json.dumps(body).encode() for body in bodies)
        answer = await helpline.post("/v1/contacts/batch", content=lines)
    answers = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["status"] for each in answers] == [201, 422, 201]
    assert answers[1]["problem"].startswith("volunteered: the amounts of the items add up to more than")
    assert (await send(intake, bodies[1])).status_code == 422


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "2026-09-10T05:05:00Z"}, "quarter of an hour"),
        ({"until": "2026-09-10T05:14:00Z"}, "quarter of an hour"),
        ({"since": "2026-09-10T06:00:00Z", "until": "2026-09-10T05:00:00Z"}, "since is not before until"),
    ],
    ids=str,
)
async def test_volumes_between_two_quarters_of_an_hour_are_refused(
    intake: Inside, query: dict[str, str], words: str
) -> None:
    async with intake.caller("intake-lead") as lead:
        answer = await lead.get("/v1/volumes", params={"campaign": "OTM-26-0042", **query})
    assert (answer.status_code, words in answer.json()["title"]) == (422, True)


async def test_a_receipt_says_whether_the_customers_reference_was_made_out(intake: Inside) -> None:
    found: list[str | None] = []
    for reference in ({"kind": "utr", "reference": "1955839661"}, {"kind": "utr", "reference": "2955839661"}, None):
        body = report(customer_reference=reference)
        for key in ("call-" + str(len(found)),) * 2:
            found.append((await send(intake, body, key)).json().get("customer"))
    assert found == ["recognised", "recognised", "not-recognised", "not-recognised", None, None]
    async with intake.caller("helpline") as helpline:
        line = json.dumps(report(customer_reference={"kind": "utr", "reference": "2955839661"}))
        assert (await helpline.post("/v1/contacts/batch", content=line)).json()["customer"] == "not-recognised"
