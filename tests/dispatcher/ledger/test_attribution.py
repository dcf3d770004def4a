"""Outcomes of customers without a letter are told with the arm that they were randomised to."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.dispatcher.own_messages import AllocationDue
from shared.contracts import CampaignApproved, OutcomesAttributed, OutcomesRecorded, UnitOutcomes, UnitsSettled
from shared.contracts.outcomes import OutcomeFact
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import unit_token
from shared.errors import LaterKey
from shared.events import Event, first_event
from shared.identifiers import new_id
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, file, row, utr
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample

CUSTOMERS = 12
NOBODY = 77


@pytest.fixture
async def desk(dispatcher: Inside, tmp_path: Path) -> Desk:
    """A chunk that is out: customers in a control arm, letters, and one customer who was suppressed just before."""
    loaded = (await put(dispatcher, file([row(n) for n in range(1, CUSTOMERS + 1)]))).json()
    desk = Desk(dispatcher, tmp_path / "letters")
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=loaded["load"])))
    treated = [n for n, arm in (await assigned(desk)).items() if arm == "plain"]
    await send_list(dispatcher, "deaths", line(treated[0]))
    await desk.issue(*await desk.start(NOON))
    return desk


async def assigned(desk: Desk) -> dict[int, str]:
    """The arm of each customer, by the chunks; customer `n` stands in row `n`."""
    chunks = [chunk async for chunk in desk.store["chunks"].find()]
    return {row: arm for chunk in chunks for row, arm in zip(chunk["rows"], chunk["arms"], strict=True)}


def known(number: int) -> CustomerReference:
    return CustomerReference(kind=ReferenceKind.UTR, reference=utr(number))


def outcomes(desk: Desk, *customers: int, **changes: object) -> Event[OutcomesRecorded]:
    """Outcomes of customers of whom no letter is known."""
    facts = [
        OutcomeFact(id=new_id(), customer=desk.token(known(n)), outcome="filed", on=NOON.date(), amount_pence=5)
        for n in customers
    ]
    return first_event(sample(OutcomesRecorded, counts=(), facts=tuple(facts), **changes), "intake", NOON)


async def test_every_customer_without_a_letter_has_the_arm_they_were_assigned_and_nobody_else_has_one(
    desk: Desk,
) -> None:
    states = {entry["row"]: entry["state"] async for entry in desk.store["communications"].find()}
    assert set(states.values()) == {"control", "issued", "suppressed-late"}
    everybody = outcomes(desk, *range(1, CUSTOMERS + 1), NOBODY)
    for _ in range(2):  # the event comes twice
        await desk.hear.attribute_outcomes(everybody)
    (attributed,) = desk.spoken.of(OutcomesAttributed)
    arms = {fact.id: fact.arm for fact in attributed.facts}
    expected = {n: arm for n, arm in (await assigned(desk)).items() if states[n] != "issued"}
    assert arms == {fact.id: expected[n] for n, fact in enumerate(everybody.data.facts, start=1) if n in expected}
    assert set(expected.values()) == {"control", "plain"}


async def test_nothing_is_said_of_outcomes_that_have_an_arm_or_belong_to_another_campaign(desk: Desk) -> None:
    control = next(n for n, arm in (await assigned(desk)).items() if arm == "control")
    known = outcomes(desk, control)
    fact = known.data.facts[0].model_copy(update={"arm": "plain"})
    await desk.hear.attribute_outcomes(first_event(known.data.model_copy(update={"facts": (fact,)}), "intake", NOON))
    await desk.hear.attribute_outcomes(outcomes(desk, control, campaign="OTM-26-0043"))
    await desk.hear.attribute_outcomes(outcomes(desk))
    assert desk.spoken.of(OutcomesAttributed) == []


async def test_outcomes_from_before_their_customers_were_dealt_with_have_no_arm_however_late_they_are_heard(
    desk: Desk,
) -> None:
    """The same event says the same again, and no arm has outcomes of days on which others could have none."""
    control = next(n for n, arm in (await assigned(desk)).items() if arm == "control")
    await desk.hear.attribute_outcomes(outcomes(desk, control, recorded_at=NOON - timedelta(minutes=1)))
    assert desk.spoken.of(OutcomesAttributed) == []
    await desk.hear.attribute_outcomes(outcomes(desk, control, recorded_at=NOON + timedelta(minutes=2)))
    assert len(desk.spoken.of(OutcomesAttributed)) == 1


async def test_outcomes_of_a_later_index_key_are_of_the_letters_holder_and_wait_where_the_campaign_has_that_key(
    desk: Desk,
) -> None:
    """Tells of a keyring that is older than the sender's."""
    entry = await desk.store["communications"].find_one({"state": "issued"}) or {}
    said = {"reference": entry["_id"], "arm": "plain", "customer": "f" * 32, "generation": 2}
    fact = OutcomeFact.model_validate({"id": new_id(), "outcome": "filed", "on": NOON.date(), **said})
    later = first_event(sample(OutcomesRecorded, counts=(), facts=(fact,)), "intake", NOON)
    await desk.hear.attribute_outcomes(later)
    (told,) = desk.spoken.of(UnitOutcomes)
    settled = {each.unit for event in desk.spoken.of(UnitsSettled) for each in event.units}
    assert [each.unit for each in told.outcomes] == [unit_token(desk.keyring, CAMPAIGN, entry["customer"])]
    assert told.outcomes[0].unit in settled
    await desk.hear.approve(heard(sample(CampaignApproved, campaign="OTM-26-0043", generation=2)))
    other = later.data.model_copy(update={"campaign": "OTM-26-0043"})
    with pytest.raises(LaterKey, match="newest keyring"):
        await desk.hear.attribute_outcomes(first_event(other, "intake", NOON))
