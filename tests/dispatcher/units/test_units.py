"""Every randomised customer is said as a unit of that campaign, with what became of it, and with nobody's data."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from services.dispatcher.own_messages import AllocationDue, UnitsDue
from services.dispatcher.units import reports
from shared.contracts import (
    Contract,
    DeliveryReported,
    OutcomeCorrected,
    OutcomesRecorded,
    UnitOutcomes,
    UnitReturned,
    UnitsAllocated,
    UnitsSettled,
)
from shared.contracts.outcomes import OutcomeFact
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import unit_token
from shared.identifiers import new_id
from shared.protection import load_keyring
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample

CUSTOMERS = 24
HOUSE = (3, 4)
"""Customers of one household."""
NOBODY = 77
Unit = Callable[[int], str]


@pytest.fixture
async def desk(dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Customers of whom two live together and one dies before a letter goes out; everything is heard twice."""
    monkeypatch.setattr(reports, "UNITS_PER_EVENT", 10)
    people = [row(n, cluster="house" if n in HOUSE else "") for n in range(1, CUSTOMERS + 1)]
    loaded = (await put(dispatcher, file(people))).json()
    desk = Desk(dispatcher, tmp_path / "letters")
    due = heard(AllocationDue(campaign=CAMPAIGN, load=loaded["load"]))
    for _ in range(2):
        await desk.hear.allocate(due)
        await desk.hear.tell_units(heard(desk.spoken.of(UnitsDue)[0]))
    first = next(n for n, arm in (await assigned(desk)).items() if arm == "plain")
    await send_list(dispatcher, "deaths", line(first))
    chunks = await desk.start(NOON)
    await desk.issue(*chunks, *chunks)
    return desk


@pytest.fixture
def unit(desk: Desk, tmp_path: Path) -> Unit:
    keyring = load_keyring(tmp_path / "otm" / "keyring.json")
    return lambda number: unit_token(keyring, CAMPAIGN, desk.token(known(number)))


async def assigned(desk: Desk) -> dict[int, str]:
    """The arm of each customer, by the chunks; customer `n` stands in row `n`."""
    chunks = [chunk async for chunk in desk.store["chunks"].find()]
    return {row: arm for chunk in chunks for row, arm in zip(chunk["rows"], chunk["arms"], strict=True)}


def known(number: int) -> CustomerReference:
    return CustomerReference(kind=ReferenceKind.UTR, reference=utr(number))


def fact(desk: Desk, number: int) -> OutcomeFact:
    return OutcomeFact(id=new_id(), customer=desk.token(known(number)), outcome="paid", on=NOON.date(), amount_pence=5)


async def test_every_customer_is_said_once_with_the_arm_that_the_chunks_have_in_events_of_bounded_size(
    desk: Desk, unit: Unit
) -> None:
    said = desk.spoken.of(UnitsAllocated)
    assert [(event.part, len(event.units)) for event in said] == [(1, 10), (2, 10), (3, 4)]
    arms = {each.unit: each.arm for event in said for each in event.units}
    assert arms == {unit(n): arm for n, arm in (await assigned(desk)).items()}
    clusters = Counter(each.cluster for event in said for each in event.units)
    assert sorted(clusters.values()) == [1] * (CUSTOMERS - 2) + [2]
    of_house = {each.cluster for event in said for each in event.units if each.unit in {unit(n) for n in HOUSE}}
    assert len(of_house) == 1


async def test_what_became_of_each_customer_is_that_of_the_ledger_controls_and_suppressed_ones_among_them(
    desk: Desk, unit: Unit
) -> None:
    states = {"issued": "sent", "suppressed-late": "suppressed", "control": "control"}
    ledger = {unit(d["row"]): states[d["state"]] async for d in desk.store["communications"].find()}
    said = desk.spoken.of(UnitsSettled)
    assert {each.unit: each.state for event in said for each in event.units} == ledger
    assert set(ledger.values()) == set(states.values())
    assert {event.on for event in said} == {NOON.date()}


async def test_a_letter_that_came_back_is_said_of_its_unit(desk: Desk, unit: Unit) -> None:
    sent = await desk.store["communications"].find_one({"state": "issued"})
    assert sent is not None
    for _ in range(2):
        await desk.hear.note_delivery(heard(sample(DeliveryReported, reference=sent["_id"], state="returned")))
    [returned] = desk.spoken.of(UnitReturned)
    assert returned.unit == unit(sent["row"])


async def test_outcomes_are_said_by_unit_whatever_arm_their_customer_is_in_and_so_is_their_correction(
    desk: Desk, unit: Unit
) -> None:
    facts = tuple(fact(desk, n) for n in (*range(1, CUSTOMERS + 1), NOBODY))
    recorded = heard(sample(OutcomesRecorded, counts=(), facts=[each.model_dump() for each in facts]))
    for _ in range(2):
        await desk.hear.attribute_outcomes(recorded)
    [said] = desk.spoken.of(UnitOutcomes)
    assert [each.unit for each in said.outcomes] == [unit(n) for n in (*range(1, CUSTOMERS + 1), NOBODY)]
    changed = heard(sample(OutcomeCorrected, fact=facts[0].model_dump(), version=2, void=True))
    await desk.hear.correct_outcome(changed)
    [corrected] = desk.spoken.of(UnitOutcomes)[1].outcomes
    assert (corrected.id, corrected.unit, corrected.version, corrected.void) == (facts[0].id, unit(1), 2, True)


async def test_units_have_nothing_that_another_campaign_or_any_other_event_has(
    desk: Desk, unit: Unit, tmp_path: Path
) -> None:
    await desk.hear.attribute_outcomes(heard(sample(OutcomesRecorded, counts=(), facts=[fact(desk, 1).model_dump()])))
    kinds: tuple[type[Contract], ...] = (UnitsAllocated, UnitsSettled, UnitOutcomes)
    said = "".join(event.model_dump_json() for kind in kinds for event in desk.spoken.of(kind))
    tokens = {desk.token(known(n)) for n in range(1, CUSTOMERS + 1)}
    letters = [entry["_id"] async for entry in desk.store["communications"].find()]
    assert [each for each in (*tokens, *letters, *map(utr, range(1, CUSTOMERS + 1))) if each in said] == []
    keyring = load_keyring(tmp_path / "otm" / "keyring.json")
    assert unit_token(keyring, "OTM-26-0043", desk.token(known(1))) != unit(1)
