"""GOV.UK Notify gets each communication once, within its limits and ours, and the ledger has the result."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.dispatcher.channels.channel import Deferred, Halted
from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from tests.dispatcher.given.by_notify import once, sending, settings
from tests.dispatcher.given.sending import CUSTOMERS
from tests.support.inside import Inside
from tests.support.notify import notify


@pytest.mark.parametrize("kind", ["letter", "email", "text"])
async def test_each_is_handed_over_once_with_all_that_its_template_asks_for(
    unapproved: Inside, tmp_path: Path, kind: str
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, kind)
        await by_notify.send()
        await by_notify.send()
    assert once(stand_in, by_notify.references())
    assert set((await by_notify.outcomes()).values()) == {"issued"}
    (body,) = [b["personalisation"] for b in stand_in.bodies if b["reference"] == by_notify.references()[0]]
    assert by_notify.references()[0] in body["body"]
    assert kind != "letter" or body["address_line_1"] == "Gwenllian Ap Rhys"
    entry = await by_notify.ledger.entry("OTM-26-0042", by_notify.references()[0])
    assert entry["provider_id"] == stand_in.of(by_notify.references()[0])[0]["id"]
    assert entry["delivery"] == "accepted"


async def test_a_communication_refused_for_good_has_failed_with_the_reason_and_the_rest_is_issued(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, people={3: {"email": "nobody"}, 7: {"email": ""}})
        await by_notify.send()
    outcomes = await by_notify.outcomes()
    assert Counter(outcomes.values()) == {"issued": CUSTOMERS - 2, "invalid": 2}
    assert {outcomes[reference] for reference in by_notify.references([3, 7])} == {"invalid"}


async def test_a_wrong_template_is_our_fault_and_nobody_goes_without_by_it(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, email_template=str(uuid4()))
        with pytest.raises(Deferred, match="as we are set up: BadRequestError"):
            await by_notify.send()
        assert set((await by_notify.outcomes()).values()) == {"planned"}
        by_notify.restarted(**settings(stand_in))
        await by_notify.send()
    assert once(stand_in, by_notify.references())


@pytest.mark.parametrize(("limit", "wait"), [("a_minute", timedelta(minutes=1)), ("a_day", timedelta(hours=12))])
async def test_our_own_limits_and_theirs_make_the_rest_wait(
    unapproved: Inside, tmp_path: Path, limit: str, wait: timedelta
) -> None:
    async with notify() as stand_in:
        ours = await sending(unapproved, tmp_path, stand_in, email={limit: GROUP_SIZE + 5})
        with pytest.raises(Deferred) as deferred:
            await ours.send()
        assert len(stand_in.notifications) == GROUP_SIZE
        assert deferred.value.until - ours.clock.now() == wait
        ours.clock.instant = deferred.value.until
        setattr(stand_in, limit, 2 * GROUP_SIZE)
        with pytest.raises(Deferred):
            await ours.send()
        ours.clock.move(days=1)
        setattr(stand_in, limit, 1_000_000)
        await ours.send()
    assert once(stand_in, ours.references())


async def test_a_pause_takes_effect_between_two_groups(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.looks = 1  # before the first group
        with pytest.raises(Halted):
            await by_notify.send()
        assert len(stand_in.notifications) == GROUP_SIZE
        by_notify.looks = 1_000_000
        await by_notify.send()
    assert once(stand_in, by_notify.references())
