"""Lists that are not right are refused whole, with the line and what to do, and change nothing."""

import pytest

from tests.dispatcher.given.known_customers import HEADER, line, send_list
from tests.dispatcher.given.loading import kept
from tests.dispatcher.given.people import utr
from tests.support.inside import Inside


@pytest.mark.parametrize(("sign", "words"), [(";", "semicolons"), ("\t", "tabs")])
async def test_a_list_with_other_signs_between_its_columns_is_told_so(
    dispatcher: Inside, sign: str, words: str
) -> None:
    content = f"{HEADER}\r\n{line(1)}\r\n".replace(",", sign).encode()
    async with dispatcher.caller("analyst") as analyst:
        sent = await analyst.put("/v1/suppression-lists/x/entries?kind=utr", content=content)
    assert (sent.status_code, f"separated by {words}" in sent.json()["title"]) == (422, True)


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
