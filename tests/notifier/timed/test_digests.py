"""Events of one quarter of an hour are told in one notice for each team and campaign, and nothing twice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.notifier.notices.notice import Notice, digest_due
from shared.contracts import InformationAssigned, InformationVolunteered, ReferralRaised
from shared.events import Event
from tests.notifier.given.desk import Desk, heard
from tests.support.samples import sample

TEN = datetime(2026, 9, 10, 10, 0, tzinfo=UTC)


def referral(**changes: object) -> Event[ReferralRaised]:
    return heard(sample(ReferralRaised, referral=str(uuid4()), **changes))


async def hear(desk: Desk, at: datetime, *events: Event[ReferralRaised]) -> list[str]:
    """Hears each of them twice at that time; returns their references."""
    desk.clock.instant = at
    for event in (*events, *events):
        await desk.hear.notify(event)
    return sorted(event.subject for event in events)


async def told(desk: Desk, at: datetime) -> Sequence[Notice]:
    """Returns the notices that are told at that time, and were not before."""
    before = {notice.id for notice in await desk.made()}
    desk.clock.instant = at
    await desk.turn()
    return [notice for notice in await desk.made() if notice.id not in before]


@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        (TEN, 15, TEN.replace(minute=15)),
        (TEN.replace(minute=14, second=59), 15, TEN.replace(minute=15)),
        (TEN.replace(minute=15), 15, TEN.replace(minute=30)),
        (TEN.replace(hour=23, minute=50), 15, datetime(2026, 9, 11, tzinfo=UTC)),
        (TEN, 1440, datetime(2026, 9, 11, tzinfo=UTC)),
    ],
)
def test_a_digest_is_due_at_the_end_of_its_part_of_the_day(at: datetime, minutes: int, due: datetime) -> None:
    assert digest_due(at, minutes) == due


async def test_what_comes_in_one_quarter_of_an_hour_is_one_notice_for_each_team_and_campaign(desk: Desk) -> None:
    references = await hear(desk, TEN, referral(), referral())
    references += await hear(desk, TEN.replace(minute=14), referral(reason="complaint"))
    await hear(desk, TEN, referral(team="complaints"), referral(campaign="OTM-26-0007"), referral(campaign=None))
    assert await told(desk, TEN.replace(minute=14, second=59)) == []
    notices = await told(desk, TEN.replace(minute=15))
    assert {(notice.team, notice.campaign, notice.content.subject) for notice in notices} == {
        ("debt-management", "OTM-26-0042", "OTM-26-0042: 3 referrals for Debt Management"),
        ("debt-management", "OTM-26-0007", "OTM-26-0007: 1 referral for Debt Management"),
        ("debt-management", None, "an unknown letter: 1 referral for Debt Management"),
        ("complaints", "OTM-26-0042", "OTM-26-0042: 1 referral for Complaints"),
    }
    (first,) = [n for n in notices if (n.team, n.campaign) == ("debt-management", "OTM-26-0042")]
    assert [line.strip(" *-\u2022") for line in first.content.text.splitlines() if line.endswith((": 2", ": 1"))] == [
        "time-to-pay: 2", "complaint: 1",
    ]  # fmt: skip
    assert all(first.content.text.count(reference) == 1 for reference in references)
    assert first.facts == {"count": 3, "references": sorted(references)}


async def test_the_next_quarter_of_an_hour_is_another_notice_and_nothing_is_told_again(desk: Desk) -> None:
    event = referral()
    await hear(desk, TEN, event)
    assert len(await told(desk, TEN.replace(minute=15))) == 1
    late = await hear(desk, TEN.replace(minute=16), referral())
    await hear(desk, TEN.replace(minute=17), event)  # comes a third time, when it was told long ago
    assert await told(desk, TEN.replace(minute=29)) == []
    (notice,) = await told(desk, TEN.replace(minute=30))
    assert notice.content.subject == "OTM-26-0042: 1 referral for Debt Management"
    assert late[0] in notice.content.text
    assert event.subject not in notice.content.text
    assert await told(desk, TEN.replace(hour=23)) == []


async def test_disclosures_and_referrals_are_told_apart(desk: Desk) -> None:
    await hear(desk, TEN, referral())
    await desk.hear.notify(heard(sample(InformationVolunteered)))
    notices = await told(desk, TEN.replace(minute=15))
    assert {notice.rule: notice.team for notice in notices} == {
        "referrals": "debt-management", "disclosures": "disclosure-team",
    }  # fmt: skip


async def test_the_team_that_a_disclosure_is_now_for_is_told_so_and_by_when(desk: Desk) -> None:
    moved = heard(sample(InformationAssigned, owner="compliance", due="2026-10-01"))
    for _ in range(2):
        await desk.hear.notify(moved)
    (notice,) = await told(desk, TEN.replace(minute=15))
    assert (notice.rule, notice.team, notice.campaign) == ("disclosures-assigned", "compliance", "OTM-26-0042")
    assert "1 October 2026" in notice.content.text
    assert notice.content.text.count(moved.subject) == 1


async def test_a_crash_in_the_middle_of_a_digest_tells_everything_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(notice_id: str) -> None:
        raise SystemError("killed")

    references = await hear(desk, TEN, referral(), referral())
    desk.clock.instant = TEN.replace(minute=15)
    with monkeypatch.context() as dying:
        dying.setattr(desk.gathered, "mark_told", die)
        with pytest.raises(SystemError):
            await desk.digests.step()
    await desk.deliver()
    await hear(desk, TEN.replace(minute=15), referral())  # more has come meanwhile, for the next one
    assert await told(desk, TEN.replace(minute=16)) == []
    (notice,) = await desk.made()
    assert [reference in notice.content.text for reference in references] == [True, True]
    assert len(await told(desk, TEN.replace(minute=30))) == 1
