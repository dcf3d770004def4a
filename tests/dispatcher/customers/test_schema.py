"""A campaign's file is read as the campaign declared it."""

from typing import Any

import pytest

from tests.dispatcher.given.loading import POPULATION, mixed, put
from tests.dispatcher.given.people import file, row
from tests.support.inside import Inside

SCHEMA: dict[str, Any] = {
    "reference": {"kind": "own", "picture": "T-####"},
    "columns": {"customer_reference": "Case", "name": "Trading Name", "region": "Region"},
    "strata": ["region", "size"],
    "required": ["email", "address_1", "postcode"],
    "ignored": ["Notes"],
}
COLUMNS = ("Case", "Trading Name", "address_1", "postcode", "email", "Region", "size", "NOTES")


def case(number: int, **changes: str) -> dict[str, str]:
    return {
        "Case": f"t-{number:04d}", "Trading Name": "Ann & Co", "address_1": "1 High Street", "postcode": "ZZ1 1ZZ",
        "email": "ann@example.org", "Region": "North", "size": "small", "NOTES": "=1+1", **changes,
    }  # fmt: skip


async def declare(dispatcher: Inside, schema: Any) -> tuple[int, Any]:
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"{POPULATION}/schema", json=schema)
    return answer.status_code, answer.json()


async def test_a_file_is_read_by_the_columns_and_strata_that_were_declared(dispatcher: Inside) -> None:
    assert (await declare(dispatcher, SCHEMA))[0] == 200
    rows = [case(1), case(2), case(3, Region="South"), case(4, email=""), case(5, Case="5"), case(6, size="")]
    report = (await put(dispatcher, file(rows, COLUMNS))).json()
    assert [(s["code"], s["count"]) for s in report["strata"]] == [
        ("region-north-size-small", 2), ("region-south-size-small", 1),
    ]  # fmt: skip
    assert {tally["reason"] for tally in report["rejected"]} == {
        "email-missing", "customer-reference-format", "size-not-a-code",
    }  # fmt: skip
    assert (await declare(dispatcher, SCHEMA))[0] == 409
    async with dispatcher.caller("analyst") as analyst:
        kept = (await analyst.get(f"{POPULATION}/schema")).json()
    assert (kept["strata"], kept["reference"]["picture"]) == (["region", "size"], "T-####")


async def test_a_file_that_is_not_as_declared_is_refused_with_every_column_that_is_wrong(dispatcher: Inside) -> None:
    await declare(dispatcher, SCHEMA)
    answer = await put(dispatcher, file([row(1)]))
    assert answer.status_code == 422
    assert {(p["field"], p["rule"]) for p in answer.json()["problems"]} == {
        ("case", "missing-column"), ("trading name", "missing-column"), ("email", "missing-column"),
        ("region", "missing-column"), ("size", "missing-column"), ("column.1", "unknown-column"),
        ("column.2", "unknown-column"), ("column.8", "unknown-column"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reference": {"kind": "own"}}, "for references of kind own, and they need one"),
        ({"reference": {"kind": "utr", "picture": "####"}}, "for references of kind own"),
        ({"reference": {"kind": "own", "picture": "(a+)+"}}, "3 to 20 signs"),
        ({"reference": {"kind": "utr"}, "columns": {"shoe_size": "Size"}}, "have names of fields"),
        ({"reference": {"kind": "utr"}, "columns": {"name": "=cmd"}}, "without =, +, - or @ at first"),
        ({"reference": {"kind": "utr"}, "columns": {"name": "Post", "postcode": "post"}}, "have the same heading"),
        ({"reference": {"kind": "utr"}, "strata": ["name"]}, "a stratum is made neither of"),
        ({"reference": {"kind": "utr"}, "surprise": 1}, "there is no such field"),
        ({"reference": {"kind": "nino"}}, "known by utr, not by nino"),
    ],
)
async def test_a_schema_that_does_not_hang_together_is_refused(dispatcher: Inside, wrong: Any, words: str) -> None:
    status, answer = await declare(dispatcher, wrong)
    assert (status, words in answer["problems"][0]["message"]) == (422, True), answer


async def test_without_a_schema_the_columns_are_those_of_a_letter(dispatcher: Inside) -> None:
    assert (await put(dispatcher, mixed())).status_code == 201
