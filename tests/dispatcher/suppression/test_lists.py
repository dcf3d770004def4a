"""Suppression lists count before customers are randomised and again just before they are written to; the trail says who
sent, withdrew or failed to send which."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.errors import Stale
from shared.storage.audit.trail import MongoAuditTrail
from shared.trail import Entry
from tests.dispatcher.given.known_customers import HEADER, Ticking, late, line, load_of, send_list, suppressions
from tests.dispatcher.given.loading import kept, put
from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Inside

FIVE = file([row(n) for n in range(1, 6)])
ROWS = (1, 2, 3, 4, 5)


async def test_listed_customers_are_suppressed_before_they_are_randomised(dispatcher: Inside) -> None:
    sent = await send_list(
        dispatcher, "deaths-week-36", line(1), line(2, "insolvent"), line(2, "deceased"), line(77),
        line(3, "insolvent", since="2020-01-01", until="2020-12-31"),  # over
        line(4, "insolvent", since="2126-01-01"),  # not yet
    )  # fmt: skip
    assert (sent.status_code, sent.json()["entries"], sent.json()["sent_by"]) == (200, 6, "analyst")
    report = (await put(dispatcher, FIVE)).json()
    assert report["suppressed"] == [{"reason": "deceased", "count": 2}]
    assert report["eligible"] == 3
    async with dispatcher.caller("analyst") as analyst:
        told = (await analyst.get(f"/v1/campaigns/{CAMPAIGN}/population/suppressed")).text
        lists = (await analyst.get("/v1/suppression-lists")).json()
    assert told.splitlines() == ["row,reason", "1,deceased", "2,deceased"]
    assert [(each["name"], each["reasons"]) for each in lists] == [("deaths-week-36", {"deceased": 3, "insolvent": 3})]


@pytest.mark.parametrize(("sign", "words"), [(";", "semicolons"), ("\t", "tabs")])
async def test_a_list_with_other_signs_between_its_columns_is_told_so(
    dispatcher: Inside, sign: str, words: str
) -> None:
    content = f"{HEADER}\r\n{line(1)}\r\n".replace(",", sign).encode()
    async with dispatcher.caller("analyst") as analyst:
        sent = await analyst.put("/v1/suppression-lists/x/entries?kind=utr", content=content)
    assert (sent.status_code, f"separated by {words}" in sent.json()["title"]) == (422, True)


async def test_a_list_is_read_as_its_sender_sees_it(dispatcher: Inside) -> None:
    lines = f"sep=,\r\n{HEADER}\r\n\ufeff{utr(1)} K,Deceased,2026\u201109\u201107,\r\n"
    async with dispatcher.caller("analyst") as analyst:
        sent = await analyst.put("/v1/suppression-lists/copied/entries?kind=utr", content=lines.encode())
    assert (sent.status_code, sent.json().get("entries")) == (200, 1), sent.text


async def test_a_list_of_later_counts_just_before_issue_until_it_is_replaced_or_withdrawn(dispatcher: Inside) -> None:
    replica = suppressions(dispatcher, Ticking())
    await put(dispatcher, FIVE)
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {}
    await send_list(dispatcher, "deaths", line(1), line(2, "insolvent", since="2026-09-08"))
    await send_list(dispatcher, "returned", line(1, "returned-mail"), line(5, "returned-mail"))
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {1: "deceased", 5: "returned-mail"}
    assert await late(replica, dispatcher, CAMPAIGN, NOON, (2, 3)) == {}
    next_day = NOON.replace(day=8)
    assert await late(replica, dispatcher, CAMPAIGN, next_day, (1, 2, 3)) == {1: "deceased", 2: "insolvent"}
    await send_list(dispatcher, "deaths", line(3))
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {
        1: "returned-mail",
        3: "deceased",
        5: "returned-mail",
    }
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.delete("/v1/suppression-lists/returned")).status_code == 204
        assert (await analyst.delete("/v1/suppression-lists/returned")).status_code == 404
    assert await late(replica, dispatcher, CAMPAIGN, NOON, ROWS) == {3: "deceased"}
    assert await dispatcher.service.store["suppression_blocks"].count_documents({}) == 1


async def test_a_copy_of_somebodys_data_has_the_list_that_another_process_took_a_moment_ago(
    dispatcher: Inside,
) -> None:
    replica = suppressions(dispatcher, StoppedClock(NOON))
    await put(dispatcher, FIVE)
    indexes = await dispatcher.part(MongoPopulation).indexes(await load_of(dispatcher, CAMPAIGN), [1])
    assert not await replica.about(indexes[1])
    await send_list(dispatcher, "deaths", line(1))
    assert [reason for _, reason, *_ in await replica.about(indexes[1])] == ["deceased"]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("2955839661,deceased,,",), ("rows.2.customer_reference", "check-digit")),
        ((line(2, "disliked"),), ("rows.2.reason", "unknown")),
        ((line(2, "duplicate"),), ("rows.2.reason", "unknown")),
        ((f"{utr(2)},deceased",), ("rows.2.row", "ragged")),
        ((line(2, since="7/9/26"),), ("rows.2.from", "not-a-day-or-before-from")),
        ((line(2, since="2026-09-07", until="2026-09-06"),), ("rows.2.until", "not-a-day-or-before-from")),
    ],
)
async def test_a_list_with_a_line_that_is_not_right_changes_nothing(
    dispatcher: Inside, lines: tuple[str, ...], problem: tuple[str, str]
) -> None:
    before = (await send_list(dispatcher, "deaths", line(1))).json()
    refused = await send_list(dispatcher, "deaths", line(9), *lines)
    assert refused.status_code == 422
    assert [(p["field"], p["rule"]) for p in refused.json()["problems"]] == [problem]
    assert "2955839661" not in refused.text
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.get("/v1/suppression-lists")).json() == [before]
    assert await dispatcher.service.store["suppression_blocks"].count_documents({}) == 1
    assert (await kept(dispatcher))["loading"] == 0


async def test_a_list_needs_its_header_its_kind_and_somebody_who_may_send_it(dispatcher: Inside) -> None:
    assert (await send_list(dispatcher, "deaths", line(1), kind="own")).status_code == 422
    async with dispatcher.caller("analyst") as analyst:
        path = "/v1/suppression-lists/deaths/entries?kind=utr"
        assert (await analyst.put(path, content=b"")).status_code == 422
        assert (await analyst.put(path, content=f"reason,{HEADER}\r\n".encode())).status_code == 422
    async with dispatcher.caller("helpline") as helpline:
        assert (await helpline.put(path, content=HEADER.encode())).status_code == 403


async def test_a_list_of_another_kind_of_reference_is_about_other_customers(dispatcher: Inside) -> None:
    schema = {"reference": {"kind": "own", "picture": "##########"}}
    async with dispatcher.caller("analyst") as analyst:
        await analyst.put("/v1/campaigns/OTM-26-0043/population/schema", json=schema)
    assert (await send_list(dispatcher, "cases", line(1), kind="own&campaign=OTM-26-0043")).status_code == 200
    assert (await put(dispatcher, FIVE)).json()["suppressed"] == []


async def test_nobody_can_be_read_in_what_is_kept_of_a_list(dispatcher: Inside) -> None:
    await send_list(dispatcher, "deaths", *(line(n) for n in range(1, 1_200)))
    store = dispatcher.service.store
    stored = "".join([str(block) async for block in store["suppression_blocks"].find()])
    assert await store["suppression_blocks"].count_documents({}) == 3
    assert [n for n in range(1, 1_200) if utr(n) in stored] == []


async def trail(dispatcher: Inside) -> list[Entry]:
    return [entry async for entry in dispatcher.part(MongoAuditTrail).entries()]


async def streamed(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def digest(*lines: str) -> str:
    return hashlib.sha256("\r\n".join((HEADER, *lines)).encode()).hexdigest()


async def test_sending_and_withdrawing_a_list_is_in_the_trail_without_a_reference(dispatcher: Inside) -> None:
    lines = (line(1), line(2, "insolvent"))
    sent = (await send_list(dispatcher, "deaths", *lines)).json()
    assert sent["sha256"] == digest(*lines)
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.delete("/v1/suppression-lists/deaths")).status_code == 204
        assert (await analyst.delete("/v1/suppression-lists/deaths")).status_code == 404
    entries = await trail(dispatcher)
    of_it = {"name": "deaths", "load": sent["load"], "entries": 2, "reasons": {"deceased": 1, "insolvent": 1},
             "campaign": None, "sha256": digest(*lines)}  # fmt: skip
    assert [(entry.who, entry.what, entry.details) for entry in entries] == [
        ("analyst", "suppression-list.replace-asked", of_it),
        ("analyst", "suppression-list.withdraw-asked", of_it),
    ]


async def test_a_list_that_is_refused_is_in_the_trail_by_the_digest_of_all_of_it(dispatcher: Inside) -> None:
    lines = [line(1), *("2955839661,deceased,," for _ in range(60)), *(line(n) for n in range(2, 3_000))]
    async with dispatcher.caller("analyst") as analyst:
        path = "/v1/suppression-lists/deaths/entries?kind=utr"
        pieces = ("\r\n".join((HEADER, *lines)).encode()[start : start + 700] for start in range(0, 100_000, 700))
        assert (await analyst.put(path, content=streamed(pieces))).status_code == 422
    (entry,) = await trail(dispatcher)
    assert (entry.who, entry.what) == ("analyst", "suppression-list.refused")
    assert entry.details == {
        "name": "deaths", "campaign": None, "sha256": digest(*lines), "refused": "invalid",
        "problems": {"check-digit": 50},
    }  # fmt: skip
    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.put(path, content=b"PK\x03\x04 and more")).status_code == 400
        said = {"Content-Digest": "sha-256=:" + "A" * 43 + "=:"}
        assert (await analyst.put(path, content=HEADER.encode(), headers=said)).status_code == 400
    assert [entry.details["refused"] for entry in (await trail(dispatcher))[1:]] == ["malformed", "malformed"]


@pytest.mark.parametrize("step", ["finish", "withdraw"])
async def test_no_list_takes_effect_or_loses_it_before_the_trail_has_it(
    dispatcher: Inside, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await send_list(dispatcher, "deaths", line(1))
    known: list[int] = []

    async def dying(*_: Any) -> None:
        known.append(len(await trail(dispatcher)))
        raise RuntimeError

    monkeypatch.setattr(MongoSuppressions, step, dying)
    if step == "finish":
        await send_list(dispatcher, "deaths", line(2))
    else:
        async with dispatcher.caller("analyst") as analyst:
            await analyst.delete("/v1/suppression-lists/deaths")
    assert known == [2]


async def test_a_list_that_was_replaced_meanwhile_is_not_withdrawn(dispatcher: Inside) -> None:
    """The list that the trail names is the list that was withdrawn."""
    await send_list(dispatcher, "deaths", line(1))
    before = await dispatcher.part(MongoSuppressions).current("deaths")
    await send_list(dispatcher, "deaths", line(2))
    with pytest.raises(Stale):
        await dispatcher.part(MongoSuppressions).withdraw(before)
    assert await dispatcher.service.store["suppression_blocks"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("lines", "rule", "said"),
    [
        ((), "empty", "DELETE"),
        ((line(1, "Dead"),), "unknown", "deceased, dispute-or-tribunal"),
        (
            ("", "", line(1), "", line(2, since="31/12/2026")),
            "not-a-day-or-before-from",
            "line 6 of the file: days are",
        ),
        ((line(1, since="20261231"),), "not-a-day-or-before-from", "2026-12-31"),
    ],
)
async def test_a_refused_list_says_on_which_line_and_what_to_do(
    dispatcher: Inside, lines: tuple[str, ...], rule: str, said: str
) -> None:
    await send_list(dispatcher, "deaths", line(7))
    answer = await send_list(dispatcher, "deaths", *lines)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["rule"] == rule
    assert said in problem["message"]
    async with dispatcher.caller("analyst") as analyst:
        assert [kept["entries"] for kept in (await analyst.get("/v1/suppression-lists")).json()] == [1]
