"""A contact is for the team that took it, and to change it is not to read it."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from deploy.local.stack import access
from tests.intake.given.letters import ENGLISH, report, send
from tests.intake.given.subjects import protect
from tests.support.inside import Corner, Inside

WORDS = {"note": "Rents out a second flat", "caller_name": "Gwenllian Ap Rhŷs", "support_offered": "A home visit"}
Keys = dict[str, str]


@pytest.fixture
def keys(corner: Corner) -> Keys:
    """Keys of a helpline that may not read, and of people of two teams who may do everything with contacts."""
    both = ["contacts:read", "contacts:write"]
    given = {
        "writer": (["contacts:write"], None),
        "debt-clerk": (both, "debt-management"),
        "press-officer": (both, "press-office"),
    }
    return {
        subject: access.create(
            corner.home, {"subject": subject, "kind": "person", "scopes": scopes, "team": team}, None, datetime.now(UTC)
        )
        for subject, (scopes, team) in given.items()
    }


async def ask(intake: Inside, key: str, method: str, path: str, body: object = None, again: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": again} if again else {})
    async with intake.caller(None) as caller:
        return await caller.request(method, f"/v1/contacts{path}", json=body, headers=headers)


async def test_a_caller_who_may_only_write_is_told_none_of_the_words(keys: Keys, intake: Inside) -> None:
    """Not by a change of what they recorded, by the same once more, or by one that another made since."""
    writer = keys["writer"]
    first, second = [(await ask(intake, writer, "POST", "", report(**WORDS))).json()["contact"] for _ in range(2)]
    right = {"report": report(note="A third flat"), "why": "wrong-note"}
    one = await ask(intake, writer, "POST", f"/{first}/corrections", right, "fix-1")
    more = await ask(intake, writer, "POST", f"/{first}/corrections", {"report": report(**WORDS), "why": "x"}, "fix-2")
    again = await ask(intake, writer, "POST", f"/{first}/corrections", right, "fix-1")
    gone = [await ask(intake, writer, "POST", f"/{second}/void", {"why": "recorded-twice"}, "v") for _ in range(2)]
    assert one.json() == again.json() == {"contact": first, "version": 2, "void": False}
    assert more.json()["version"] == 3
    assert [each.json() for each in gone] == [{"contact": second, "version": 2, "void": True}] * 2
    said = "".join(each.text for each in (one, more, again, *gone))
    assert [word for word in (*WORDS.values(), "A third flat") if json.dumps(word)[1:-1] in said or word in said] == []
    assert [(await ask(intake, writer, "GET", f"/{first}{path}")).status_code for path in ("", "/history")] == [403] * 2


async def test_another_teams_contact_is_not_there(keys: Keys, intake: Inside) -> None:
    contact = (await send(intake, report(**WORDS))).json()["contact"]
    stranger = keys["press-officer"]
    attempts: list[tuple[str, str, Any]] = [
        ("GET", "", None), ("GET", "/history", None), ("POST", "/void", {"why": "x"}),
        ("POST", "/corrections", {"report": report(), "why": "x"}),
        ("POST", "/referrals", {"team": "press-office", "reason": "newsworthy"}),
    ]  # fmt: skip
    answers = [await ask(intake, stranger, method, f"/{contact}{path}", body) for method, path, body in attempts]
    assert [answer.status_code for answer in answers] == [404] * len(attempts)
    assert (await intake.service.store["contacts"].find_one({"_id": contact}) or {})["version"] == 1
    assert await intake.service.store["referrals"].count_documents({}) == 0
    async with intake.caller("intake-lead") as lead:
        assert (await lead.get(f"/v1/contacts/{contact}")).json()["report"]["note"] == WORDS["note"]


async def test_a_team_reads_what_it_was_passed_until_it_gives_it_back_and_changes_none_of_it(
    keys: Keys, intake: Inside
) -> None:
    contact = (await send(intake, report(reason="cannot-pay", **WORDS))).json()["contact"]
    clerk = keys["debt-clerk"]
    reads = [("GET", "", None), ("GET", "/history", None)]
    changes = [("POST", "/void", {"why": "x"}), ("POST", "/corrections", {"report": report(), "why": "x"})]

    async def answers(asked: list[Any]) -> list[int]:
        return [
            (await ask(intake, clerk, method, f"/{contact}{path}", body)).status_code for method, path, body in asked
        ]

    assert (await answers(reads), await answers(changes)) == ([200, 200], [404, 404])
    async with intake.caller("debt-adviser") as adviser:
        (item,) = (await adviser.get("/v1/referrals")).json()["items"]
        await adviser.post(f"/v1/referrals/{item['id']}/return", json={"why": "not-ours"})
    assert await answers(reads) == [404, 404]


async def test_the_recorder_of_a_contact_outlasts_corrections_and_is_not_told_to_the_customer(
    keys: Keys, intake: Inside
) -> None:
    """A handler records for another team, may put it right, and so may that team."""
    writer, press = keys["writer"], keys["press-officer"]
    body = report(letter_reference=ENGLISH, team="press-office", **WORDS)
    contact = (await ask(intake, writer, "POST", "", body)).json()["contact"]
    fixes = {key: {"report": report(note="Once more", team="press-office"), "why": "x"} for key in (writer, press)}
    assert [(await ask(intake, key, "POST", f"/{contact}/corrections", fix)).json()["version"]
            for key, fix in fixes.items()] == [2, 3]  # fmt: skip
    line = json.dumps(report())
    async with intake.caller("helpline") as helpline:
        stream = (await helpline.post("/v1/contacts/batch", content=line)).json()["contact"]
        assert (await helpline.get(f"/v1/contacts/{stream}")).json()["recorded_by"] == "helpline"
    assert (await ask(intake, press, "GET", f"/{contact}")).json()["recorded_by"] == "writer"
    history = (await ask(intake, press, "GET", f"/{contact}/history")).json()
    assert [(each["contact"]["recorded_by"], each["by"]) for each in history] == [
        ("writer", "writer"), ("writer", "press-officer"),
    ]  # fmt: skip
    holdings = (await protect(intake, "exports", {"letter_reference": ENGLISH})).json()["holdings"]
    assert (len(holdings["contacts"]), len(holdings["contact_history"])) == (2, 2)
    assert "recorded_by" not in str(holdings)
