"""A team sees all that waits for it, a page at a time, and nothing that does not."""

from typing import Any

import pytest

from shared.customers.letter_reference import letter_reference
from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.letters import report, send
from tests.intake.given.subjects import protect
from tests.support.inside import Inside

MANY, RESTRICTED = 11, (0, 1, 2, 3, 7)
LETTERS = [letter_reference(900 + number, b"k") for number in range(MANY)]
SAID = {"kind": "disclosure", "description": "Two flats were left out"}
LISTS = [("disclosures", "disclosure-officer", "resolved"), ("referrals", "debt-adviser", "closed")]
STEPS = {"disclosures": ("acknowledge", "resolve", "acknowledged"), "referrals": ("accept", "close", "accepted")}
each_list = pytest.mark.parametrize(("name", "team", "ended"), LISTS, ids=[name for name, _, _ in LISTS])


async def page(intake: Inside, name: str, subject: str, **query: Any) -> Any:
    async with intake.caller(subject) as caller:
        return await caller.get(f"/v1/{name}", params=query)


async def pages(intake: Inside, name: str, subject: str, **query: Any) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    after: dict[str, str] = {}
    while True:
        answer = (await page(intake, name, subject, **query, **after)).json()
        found.append(answer["items"])
        if answer["next"] is None:
            return found
        after = {"after": answer["next"]}


async def many_in_touch(intake: Inside) -> None:
    """All on one day, so that all are due on one; the last came first."""
    for number, letter in enumerate(LETTERS):
        at = f"2026-09-10T10:{40 - number}:00Z"
        await send(intake, report(letter_reference=letter, reason="cannot-pay", volunteered=SAID, received_at=at))


@each_list
async def test_every_page_is_full_and_none_shows_what_is_restricted(
    intake: Inside, name: str, team: str, ended: str
) -> None:
    await many_in_touch(intake)
    for number in RESTRICTED:
        whom = {"letter_reference": LETTERS[number]}
        await protect(intake, "restrictions", {"whom": whom, "reason": "legal-claim"})
    may = {letter for number, letter in enumerate(LETTERS) if number not in RESTRICTED}
    for subject in (team, "intake-lead"):
        found = await pages(intake, name, subject, limit=4)
        assert [len(each) for each in found] == [4, 2]
        assert sorted(item["letter"] for each in found for item in each) == sorted(may)
    (whole,) = await pages(intake, name, team, limit=6)
    assert len(whole) == 6, "there is no page after the last, though something restricted stands there"
    counts = [e.details["count"] async for e in intake.part(MongoAuditTrail).entries() if e.what == f"{name}.listed"]
    assert counts == [4, 2, 4, 2, 6], "only what was shown is noted as seen"


@each_list
async def test_finished_work_is_listed_only_where_it_is_asked_for(
    intake: Inside, name: str, team: str, ended: str
) -> None:
    await many_in_touch(intake)
    first, second, *_ = (await page(intake, name, team)).json()["items"]
    begin, end, begun = STEPS[name]
    async with intake.caller(team) as caller:
        for item, step in ((second, begin), (first, begin), (first, end)):
            body = {"why": "done"} if step == "close" else None
            assert (await caller.post(f"/v1/{name}/{item['id']}/{step}", json=body)).is_success
    left = (await page(intake, name, team)).json()["items"]
    assert first["id"] not in [item["id"] for item in left]
    assert second["id"] in [item["id"] for item in left], "it is in hand, and open"
    done = (await page(intake, name, team, state=ended)).json()["items"]
    assert [item["id"] for item in done] == [first["id"]]
    taken = (await page(intake, name, team, state=begun)).json()["items"]
    assert [item["id"] for item in taken] == [second["id"]]


async def test_work_due_first_is_first_on_every_page(intake: Inside) -> None:
    """Two are due on each of three days, so that a page ends between the two of the second."""
    for number, letter in enumerate(LETTERS[:6]):
        at = f"2026-09-{10 - number // 2:02}T10:20:00Z"
        await send(intake, report(letter_reference=letter, volunteered=SAID, received_at=at))
    found = await pages(intake, "disclosures", "disclosure-officer", limit=3)
    due = [item["due"] for each in found for item in each]
    assert len(due) == 6
    assert due == sorted(due)


@pytest.mark.parametrize("query", [{"after": "bm9uc2Vuc2U"}, {"limit": 0}, {"limit": 201}, {"state": "gone"}], ids=str)
@each_list
async def test_a_page_that_there_cannot_be_is_refused(
    intake: Inside, name: str, team: str, ended: str, query: dict[str, Any]
) -> None:
    assert (await page(intake, name, team, **query)).status_code in (400, 422)
