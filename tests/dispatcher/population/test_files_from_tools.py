"""Files as spreadsheets, exports, telephones and data frames write them: what cannot be seen rejects nobody."""

from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.app import NAME
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.schedule.chunk import Assignment, Chunk
from shared.contracts import CampaignApproved
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.loading import POPULATION, put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Inside
from tests.support.samples import sample, stored

FILES = Path(__file__).parents[1] / "given" / "files"


async def loaded(dispatcher: Inside, data: bytes, schema: Any = None) -> tuple[int, dict[str, Any]]:
    if schema is not None:
        async with dispatcher.caller("analyst") as analyst:
            answer = await analyst.put(f"{POPULATION}/schema", json=schema)
        assert answer.status_code == 200, answer.text
    answer = await put(dispatcher, data)
    return answer.status_code, answer.json()


async def left_out(dispatcher: Inside) -> list[str]:
    async with dispatcher.caller("analyst") as analyst:
        rejected = (await analyst.get(f"{POPULATION}/rejections")).text.split()[1:]
        return rejected + (await analyst.get(f"{POPULATION}/suppressed")).text.split()[1:]


async def by_channel(dispatcher: Inside, tmp_path: Path, channel: str) -> None:
    """A newer plan writes to everybody by this channel alone."""
    notify = {"api_key": "team-" + "0" * 73, "email_template": "e", "text_template": "t", "letter_template": "l"}
    desk = Desk(dispatcher, tmp_path / "letters", notify=notify)
    _, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"agent": None} for letter in plain["letters"]]
    arms = [plain | {"share": 1, "channel": channel, "letters": letters}]
    await desk.hear.approve(heard(sample(CampaignApproved, plan_version=2, arms=arms)))


async def test_signs_that_nobody_sees_reject_nobody(dispatcher: Inside) -> None:
    status, report = await loaded(dispatcher, (FILES / "unseen-signs.csv").read_bytes())
    assert (status, report["eligible"], report["rejected"]) == (201, 6, [])
    rows = Chunk(CAMPAIGN, 1, 1, tuple(Assignment(n, "plain") for n in range(1, 7)))
    kept = await dispatcher.part(MongoPopulation).recipients(report["load"], rows)
    people = [kept[n].customer for n in range(1, 7)]
    assert [person.name.split()[1] for person in people] == ["Example"] * 6
    assert {person.postcode for person in people} == {"ZZ1 1ZZ"}
    assert [person.email for person in people] == [f"{letter}@example.org" for letter in "abcdef"]


async def test_an_export_loses_only_those_of_whom_it_says_nothing(dispatcher: Inside) -> None:
    """With the line that names commas, a mark in its middle, wide digits, curly apostrophes and errors of formulas."""
    status, report = await loaded(dispatcher, (FILES / "export-with-errors.csv").read_bytes())
    assert (status, report["eligible"]) == (201, 3)
    assert await left_out(dispatcher) == ["4,name,missing", "6,customer_reference,format", "5,no-usable-address"]
    rows = Chunk(CAMPAIGN, 1, 1, tuple(Assignment(n, "plain") for n in range(1, 4)))
    kept = await dispatcher.part(MongoPopulation).recipients(report["load"], rows)
    people = [kept[n].customer for n in range(1, 4)]
    assert [person.name for person in people] == ["Ann Example", "Example, Bea", "Cai Example"]
    assert [person.email for person in people] == ["O'Brien@example.org", "b@example.org", "c@example.org"]
    assert {(person.address, person.postcode) for person in people} == {(("1 High St",), "ZZ1 1ZZ")}
    assert people[0].flags == {"extra-support"}


async def test_a_number_that_a_spreadsheet_made_a_decimal_is_rejected(dispatcher: Inside, tmp_path: Path) -> None:
    await by_channel(dispatcher, tmp_path, "text")
    _, report = await loaded(dispatcher, (FILES / "phones-as-decimals.csv").read_bytes())
    assert report["eligible"] == 1
    assert await left_out(dispatcher) == [f"{n},phone,format" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("odd-headings.csv", ["Unnamed: 0", "2024-25 total", "Balance (£)"]),
        ("index.csv", [""]),
        ("index.parquet", ["__index_level_0__"]),
        ("numbers-ignored.parquet", ["balance"]),
        ("string-view.parquet", []),
    ],
)
async def test_any_column_can_be_ignored_and_is_not_judged_then(
    dispatcher: Inside, name: str, ignored: list[str]
) -> None:
    schema = {"reference": {"kind": "utr"}, "ignored": ignored}
    status, report = await loaded(dispatcher, (FILES / name).read_bytes(), schema)
    assert status == 201, report
    assert report["rejected"] == []


async def test_a_column_of_bytes_is_refused_for_what_it_is(dispatcher: Inside) -> None:
    status, answer = await loaded(dispatcher, (FILES / "bytes.parquet").read_bytes())
    assert status == 422
    assert "holds bytes" in answer["problems"][0]["message"]


@pytest.mark.parametrize(("channel", "rows"), [("print", range(2, 8)), ("letter", range(2, 12))])
async def test_a_placeholder_is_no_address_and_each_channel_says_so_before_randomisation(
    dispatcher: Inside, tmp_path: Path, channel: str, rows: range
) -> None:
    await by_channel(dispatcher, tmp_path, channel)
    _, report = await loaded(dispatcher, (FILES / "placeholders.csv").read_bytes())
    assert await left_out(dispatcher) == [f"{n},no-usable-address" for n in rows]
    assert report["eligible"] == 11 - len(rows)


async def test_the_same_household_in_two_normal_forms_is_one(dispatcher: Inside) -> None:
    _, report = await loaded(dispatcher, (FILES / "two-normal-forms.csv").read_bytes())
    assert [(s["count"], s["randomised"]) for s in report["strata"]] == [(2, 1)]


async def test_a_letter_that_was_lost_on_the_way_has_a_reason_of_its_own(dispatcher: Inside) -> None:
    await loaded(dispatcher, file([row(1, name="Si\ufffdn Example"), row(2)]))
    assert await left_out(dispatcher) == ["1,name,replacement-character"]


async def test_forces_and_addresses_abroad_can_be_written_to(dispatcher: Inside) -> None:
    header = ("customer_reference", "name", "address_1", "address_2", "postcode")
    rows = [
        row(1, postcode="bfpo  57"), row(2, address_2="France", postcode="75008"),
        row(3, address_2="Ireland", postcode=""), row(4, postcode="ZZ1  1zz"),
        row(5, address_2="England", postcode=""),
    ]  # fmt: skip
    _, report = await loaded(dispatcher, file(rows, header))
    assert report["eligible"] == 4
    assert await left_out(dispatcher) == ["5,no-usable-address"]


async def test_a_field_that_no_channel_needs_rejects_nobody(dispatcher: Inside) -> None:
    header = ("customer_reference", "name", "address_1", "postcode", "email", "phone")
    _, report = await loaded(
        dispatcher, file([row(1, email="n/a", phone="ask Ann"), row(2, email="ann at home")], header)
    )
    assert (report["eligible"], report["rejected"]) == (2, [])


async def test_two_formats_are_a_contradiction(dispatcher: Inside) -> None:
    header = ("customer_reference", "name", "address_1", "postcode", "flags", "format")
    await loaded(dispatcher, file([row(1, flags="large-print", format="braille"), row(2)], header))
    assert await left_out(dispatcher) == ["1,format,more-than-one"]


async def test_a_death_counts_even_in_a_row_that_is_rejected_for_something_else(dispatcher: Inside) -> None:
    rows = [row(1), row(1, flags="deceased", language="fr"), row(2, flags="deceased", name=" "), row(2), row(3)]
    _, report = await loaded(dispatcher, file(rows))
    assert report["eligible"] == 1
    assert await left_out(dispatcher) == ["2,language,unknown", "3,name,missing", "1,deceased", "4,deceased"]


@pytest.mark.parametrize(
    "flags", ["deceased,insolvent", "Insolvent | Deceased", "deceased;extra support", " Deceased "]
)
async def test_flags_are_read_as_people_list_them_and_a_death_is_never_missed(dispatcher: Inside, flags: str) -> None:
    _, report = await loaded(dispatcher, file([row(1, flags=flags), row(2)]))
    assert (report["eligible"], report["rejected"]) == (1, [])
    assert await left_out(dispatcher) == ["1,deceased"]


async def test_a_customer_whom_a_later_row_marks_welsh_is_written_to_in_welsh(dispatcher: Inside) -> None:
    _, report = await loaded(dispatcher, file([row(1), row(2), row(1, language="cy")]))
    chunk = Chunk(CAMPAIGN, 1, 1, (Assignment(1, "plain"), Assignment(2, "plain")))
    kept = await dispatcher.part(MongoPopulation).recipients(report["load"], chunk)
    assert [kept[n].customer.language for n in (1, 2)] == ["cy", "en"]


async def test_blank_columns_at_the_end_and_blank_rows_are_seen_through(dispatcher: Inside) -> None:
    text = file([row(1), row(2)]).decode().replace("\r\n", ",,\r\n") + ",,,,,,,,,\r\n"
    _, report = await loaded(dispatcher, text.encode())
    assert report["eligible"] == 2
    assert await left_out(dispatcher) == ["3,row,blank"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file([row(1)]).replace(b",", b";"), "separated by semicolons"),
        (file([row(n, language="fr") for n in range(1, 9)]), "8 rows, such as 1, 2, 3, 4, 5"),
        (b"customer_reference,name,address_1,postcode\n" + b'1,"The" Shop,1 High St,ZZ1 1ZZ\n', "row 1 (line 2"),
    ],
)
async def test_a_refusal_says_where_and_what_to_do(dispatcher: Inside, data: bytes, said: str) -> None:
    status, answer = await loaded(dispatcher, data)
    assert status in (400, 422)
    assert said in answer["title"] + str(answer.get("problems"))


async def test_a_row_that_is_far_too_long_is_rejected_alone(dispatcher: Inside) -> None:
    _, report = await loaded(dispatcher, file([row(1), row(2, name="x" * 25_000), row(3)]))
    assert report["eligible"] == 2
    assert await left_out(dispatcher) == ["2,row,too-long"]


async def test_a_schema_of_another_kind_than_that_of_a_plan_that_came_later_is_refused_with_the_file(
    unapproved: Inside,
) -> None:
    async with unapproved.caller("analyst") as analyst:
        await analyst.put(f"{POPULATION}/schema", json={"reference": {"kind": "nino"}})
    await MongoCampaigns(unapproved.service.store, NAME).approve(sample(CampaignApproved))
    answer = await put(unapproved, file([row(1)]))
    assert (answer.status_code, "known by utr" in answer.json()["title"]) == (422, True)


async def test_a_heading_that_ends_with_a_blank_matches(dispatcher: Inside) -> None:
    schema = {"reference": {"kind": "utr"}, "columns": {"name": "Trading Name "}}
    header = ("customer_reference", "Trading Name ", "address_1", "postcode")
    status, _ = await loaded(dispatcher, file([row(1) | {"Trading Name ": "Ann"}], header), schema)
    assert status == 201


@pytest.mark.parametrize(("name", "kind"), [("utrs-of-forms.csv", "utr"), ("vat-numbers-of-forms.csv", "vrn")])
async def test_references_as_letters_and_forms_show_them_are_read(unapproved: Inside, name: str, kind: str) -> None:
    approved = sample(CampaignApproved, reference_kind=kind)
    await MongoCampaigns(unapproved.service.store, NAME).approve(approved)
    report = (await put(unapproved, (FILES / name).read_bytes())).json()
    assert (report["eligible"] + sum(t["count"] for t in report["suppressed"]), report["rejected"]) == (3, [])
