"""A report is kept once, however often and wherever it is sent."""

import asyncio

from services.intake.app import Settings, build_app
from tests.intake.letters import kept, report, send
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


async def test_one_callers_key_is_not_anothers(intake: Inside) -> None:
    ours = await send(intake, report(), "call-17")
    issuers = await send(intake, report(), "call-17", "/v1/letter-issuer/contacts")
    assert ours.json()["contact"] != issuers.json()["contact"]
    async with intake.caller("letter-issuer") as issuer:
        assert (await issuer.post("/v1/contacts", json=report())).status_code == 403
