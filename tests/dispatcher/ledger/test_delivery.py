"""Reports of delivery come late, twice and out of order, and the ledger is right in the end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.delivery import RANK, DeliveryReport
from shared.contracts import CommunicationsReturned, DeliveryReported
from shared.errors import NotFound
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.sending import Sending
from tests.support.inside import Inside
from tests.support.samples import sample

AT = datetime(2026, 9, 9, tzinfo=UTC)
reports = st.lists(
    st.tuples(st.sampled_from(sorted(RANK)), st.integers(0, 5), st.sampled_from((None, "gone"))), max_size=8
)


@pytest.fixture
async def printed(unapproved: Inside, tmp_path: Path) -> Sending:
    sending = await Sending(unapproved, tmp_path, "print").recorded()
    await sending.ledger.finish(sending.chunk, ["print"], last=True)
    return sending


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(reports, st.randoms(use_true_random=False))
async def test_reports_in_any_order_leave_the_same_entry(
    printed: Sending, said: list[tuple[str, int, str | None]], random: Random
) -> None:
    ledger: MongoDispatch = printed.ledger
    one, other = printed.references()[:2]
    await printed.store["communications"].update_many({}, {"$unset": {"reports": 1, "rank": 1}})
    twice = said * 2
    random.shuffle(twice)
    for reference, order in ((one, said), (other, twice)):
        for state, hours, reason in order:
            at = AT + timedelta(hours=hours)
            await ledger.report(CAMPAIGN, DeliveryReport(reference, state, at, "letter-issuer", reason))
    first, second = [await ledger.entry(CAMPAIGN, reference) for reference in (one, other)]
    assert (first["delivery"], first["reports"]) == (second["delivery"], second["reports"])
    highest = max((RANK[state] for state, *_ in said), default=0)
    assert RANK.get(first["delivery"], 0) == highest
    assert first["state"] == "issued", "what was done does not change with what came of it"


async def test_a_letter_that_came_back_is_said_to_have_once(
    printed: Sending, unapproved: Inside, tmp_path: Path
) -> None:
    desk = Desk(unapproved, tmp_path)
    reference = printed.references()[0]
    for state in ("returned", "dispatched", "returned", "delivered"):
        await desk.hear.note_delivery(heard(sample(DeliveryReported, reference=reference, state=state)))
    (said,) = desk.spoken.of(CommunicationsReturned)
    assert (said.reference, said.arm, said.channel, said.state, said.reason) == (
        reference, "plain", "print", "returned", "addressee-gone",
    )  # fmt: skip
    assert (await printed.ledger.entry(CAMPAIGN, reference))["delivery"] == "returned"


async def test_a_letter_is_said_to_have_come_back_as_it_was_said_first_whatever_is_heard_of_before_that(
    printed: Sending, unapproved: Inside, tmp_path: Path
) -> None:
    desk = Desk(unapproved, tmp_path)
    reference = printed.references()[0]
    for at, reason in ((AT, "addressee-gone"), (AT - timedelta(days=1), "refused"), (AT, "addressee-gone")):
        back = sample(DeliveryReported, reference=reference, state="returned", at=at, reason=reason)
        await desk.hear.note_delivery(heard(back))
    (said,) = desk.spoken.of(CommunicationsReturned)
    assert (said.at, said.reason) == (AT, "addressee-gone")
    entry = await printed.ledger.entry(CAMPAIGN, reference)
    assert (entry["reports"]["returned"]["reason"], "said" in entry) == ("refused", False)


async def test_nobody_can_report_on_what_was_not_issued(printed: Sending, unapproved: Inside, tmp_path: Path) -> None:
    for unknown in ({"reference": "7KM2X-Q4R9E"}, {"campaign": "OTM-26-0043", "reference": printed.references()[0]}):
        with pytest.raises(NotFound):
            await Desk(unapproved, tmp_path).hear.note_delivery(heard(sample(DeliveryReported, **unknown)))
