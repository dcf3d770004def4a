"""Files of outcomes as spreadsheets make them: every line is answered, whatever is wrong with the first."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.ndjson import MOST_LINES
from tests.intake.given.letters import ENGLISH, WELSH
from tests.intake.given.outcomes import outcome, post, told
from tests.support.inside import Inside

FILES = Path(__file__).parent / "given"
HEADER = "letter_reference,outcome,on"


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(content), 7):
        yield content[place : place + 7]
        await asyncio.sleep(0)


async def answers(intake: Inside, content: bytes, kind: str = "text/csv") -> list[dict[str, Any]]:
    async with intake.caller("analyst") as analyst:
        answer = await analyst.post("/v1/outcomes/file", content=in_pieces(content), headers={"Content-Type": kind})
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("column-twice.csv", "names outcome twice"),
        ("utf-16.csv", "UTF-16: save it as CSV in UTF-8"),
        ("latin-1.csv", "not in UTF-8: save the file as CSV in UTF-8"),
        ("open-quote.csv", "a quotation mark in this line is not closed"),
    ],
)
async def test_a_first_line_that_names_no_columns_is_refused_and_nothing_is_kept(
    intake: Inside, file: str, words: str
) -> None:
    (answer,) = await answers(intake, (FILES / file).read_bytes())
    assert (answer["line"], answer["status"]) == (1, 400)
    assert words in answer["problem"]
    assert await told(intake) == []


async def test_a_file_of_outcomes_is_read_by_the_reader_of_populations(intake: Inside) -> None:
    (semicolons,) = await answers(intake, HEADER.replace(",", ";").encode())
    assert "separated by semicolons: save the file as CSV with commas" in semicolons["problem"]
    quoted = f'{HEADER}\r "{WELSH}" , "filed" ,2026-09-10\r{ENGLISH},pa"id,2026-09-10\r"{ENGLISH}"x,paid,2026-09-10\r'
    found = await answers(intake, quoted.encode())
    assert [(each["line"], each["status"]) for each in found] == [(2, 201), (3, 422), (4, 400)]
    assert "write marks within a value twice" in found[2]["problem"]


async def test_blank_columns_rows_and_signs_of_a_spreadsheet_are_passed_over(intake: Inside) -> None:
    lines = (
        f"\ufeff {HEADER.upper()} ,,",
        f"{ENGLISH.replace('-', chr(0x2013))},paid,\u00a02026-09-10,,",
        ",,,,",
        f"{WELSH},filed,2026-09-10,,remark",
    )
    found = await answers(intake, "\r\n".join(lines).encode())
    assert [(each["line"], each["status"]) for each in found] == [(2, 201), (4, 400)]
    assert "a column that has no name" in found[1]["problem"]


@pytest.mark.parametrize("kind", ["TEXT/CSV", "text/csv;charset=utf-8", "application/csv", "application/vnd.ms-excel"])
async def test_csv_is_known_by_any_of_its_names(intake: Inside, kind: str) -> None:
    found = await answers(intake, f"{HEADER}\n{WELSH},filed,2026-09-10\n".encode(), kind)
    assert [each["status"] for each in found] == [201]


async def test_the_line_that_tells_a_spreadsheet_of_commas_is_passed_over(intake: Inside) -> None:
    found = await answers(intake, f"\ufeffsep=,\r\n{HEADER}\r\n\ufeff{WELSH},filed,2026-09-10\r\n".encode())
    assert [(each["line"], each["status"]) for each in found] == [(3, 201)]


@pytest.mark.parametrize("content", ["", f"{HEADER}\r\n", f"{HEADER}\r\n,,\r\n", "sep=,\r\n"], ids=repr)
async def test_a_file_without_any_outcome_is_refused_and_not_taken_for_an_answer(intake: Inside, content: str) -> None:
    (answer,) = await answers(intake, content.encode())
    assert answer["status"] in (400, 422)


async def test_codes_in_a_capital_and_amounts_in_pounds_are_told_from_each_other(intake: Inside) -> None:
    lines: tuple[str, ...] = (
        "letter_reference,campaign,outcome,amount_pence,on",
        f"{ENGLISH},otm-26-0042,Paid,73200,2026-09-10",
    )
    for amount in ("732.00", '"732,00"', "£732", "7.32E+04", "73 200"):
        lines = (*lines, f"{ENGLISH},,paid,{amount},2026-09-10")
    taken, *refused = await answers(intake, "\r\n".join(lines).encode())
    assert taken["status"] == 201
    assert {(each["status"], each["problem"]) for each in refused} == {
        (422, "amount_pence: write whole pence, in digits alone: 73200 for £732.00")
    }


@pytest.mark.parametrize("on", ["26-09-10", "29/02/2026", "46275", "2026-09-10T00:00:00Z"])
async def test_a_day_of_another_form_is_told_how_to_write_it(intake: Inside, on: str) -> None:
    answer = await post(intake, json.dumps(outcome(on=on)).encode(), "")
    assert answer.json()["problems"][0]["message"] == "write it as 2026-09-10"


async def test_marks_between_files_that_were_put_together_are_passed_over(intake: Inside) -> None:
    line = json.dumps(outcome()).encode()
    found = await answers(intake, b"\xef\xbb\xbf" + line + b"\n\xef\xbb\xbf" + line, "application/x-ndjson")
    assert [each["status"] for each in found] == [201, 201]


@pytest.mark.parametrize(
    "on",
    [
        86_400,
        0,
        "1789084800",
        "0001-01-01",
        "9999-12-31",
        "2024-09-08",
        "2026-12-12",
        "10/09/2026",
        "2026-09-10T00:00Z",
    ],
    ids=str,
)
async def test_a_day_is_never_a_number_and_never_another_year(intake: Inside, on: object) -> None:
    body = json.dumps(outcome(on=on)).encode()
    alone, (line,) = await post(intake, body, ""), await answers(intake, body, "application/x-ndjson")
    assert (alone.status_code, line["status"]) == (422, 422)
    assert "2026-09-10" in line["problem"] or "check the year" in line["problem"]
    assert await told(intake) == []


async def test_a_letter_of_another_campaign_than_is_said_is_refused_and_spoils_no_other(intake: Inside) -> None:
    lines = [outcome(), outcome(campaign="OTM-26-0043"), outcome(campaign="OTM-26-0042", outcome="filed")]
    content = b"\n".join(json.dumps(line).encode() for line in lines)
    found = await answers(intake, b"\xef\xbb\xbf" + content, "application/x-ndjson")
    assert [each["status"] for each in found] == [201, 422, 201]
    assert "of another campaign" in found[1]["problem"]


@pytest.mark.parametrize("path", ["/v1/outcomes/file", "/v1/contacts/batch"])
async def test_a_line_after_the_last_that_is_taken_is_answered_however_many_blank_ones_come_before(
    intake: Inside, path: str
) -> None:
    content = b"{}" + b"\n" * MOST_LINES + b"\n{}\n"
    async with intake.caller("analyst" if "outcomes" in path else "helpline") as caller:
        answer = await caller.post(path, content=content)
    assert [(each["line"], each["status"]) for each in map(json.loads, answer.text.splitlines())] == [
        (1, 422), (MOST_LINES + 2, 413),
    ]  # fmt: skip
