"""Lists that somebody sent, withdrew or failed to send are in the trail, each before it takes effect."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.errors import Stale
from shared.storage.audit.trail import MongoAuditTrail
from shared.trail import Entry
from tests.dispatcher.given.known_customers import HEADER, line, send_list
from tests.support.inside import Inside


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
