"""The columns of a population file: which are needed, which are known, and what is said of one that has none."""

from collections.abc import AsyncIterator

import pytest

from services.dispatcher.customers.schema import BY_DEFAULT, PopulationSchema
from services.dispatcher.files.csv_rows import Row, rows
from shared.errors import Invalid
from tests.dispatcher.given.people import SCHEMA

HEADER = ",".join(BY_DEFAULT)


async def read(data: bytes, schema: PopulationSchema = SCHEMA) -> list[Row]:
    async def stream() -> AsyncIterator[bytes]:
        yield data

    return [row async for row in rows(stream(), schema)]


@pytest.mark.parametrize(
    ("header", "broken"),
    [
        ("customer_reference,name,address_1", {("postcode", "missing-column")}),
        (f"{HEADER},Fax", {("column.5", "unknown-column")}),
        (f"{HEADER},name", {("header", "unique")}),
        (f",{HEADER}", {("column.1", "unknown-column")}),
        ("", {("file", "empty")}),
        ("\r\n\r\n", {("file", "empty")}),
    ],
)
async def test_a_header_that_does_not_fit_is_refused_with_all_that_is_wrong(
    header: str, broken: set[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        await read(header.encode())
    assert {(problem.field, problem.rule) for problem in refused.value.problems} == broken


async def test_a_file_without_a_header_is_refused_without_a_word_of_its_first_customer() -> None:
    with pytest.raises(Invalid) as refused:
        await read(b"1955839661,Mrs Jones,1 High Street,ZZ1 1ZZ\n")
    said = f"{refused.value.message} {refused.value.problems}"
    assert not [value for value in ("1955839661", "jones", "high street", "zz1") if value in said.lower()]


async def test_columns_may_stand_in_any_order_case_and_spacing() -> None:
    ((number, found),) = await read(
        b" POSTCODE ,Name,address_1, Customer_Reference\nZZ1 1ZZ,Ann,1 High Street,1955839661\n"
    )
    assert number == 1
    assert found == {
        "postcode": "ZZ1 1ZZ", "name": "Ann", "address_1": "1 High Street", "customer_reference": "1955839661",
    }  # fmt: skip
