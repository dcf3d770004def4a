"""The right team is told of an event: once, and not before what the notice is about is known."""

import pytest

from shared.contracts import CampaignApproved, CampaignPaused, LinesToTakePublished, ReferralRaised, WaveStarted
from shared.errors import NotYet, Permanent
from tests.notifier.desk import Desk, heard
from tests.support.samples import sample


async def test_an_event_that_is_heard_twice_is_told_once(desk: Desk) -> None:
    await desk.approved()
    paused = heard(sample(CampaignPaused))
    for _ in range(2):
        await desk.hear.notify(paused)
    assert {(notice.rule, notice.team) for notice in await desk.made()} == {
        ("paused", "customer-services"), ("paused-press", "press-office"),
    }  # fmt: skip
    await desk.hear.notify(heard(sample(CampaignPaused)))  # paused once more is another event
    assert len(await desk.made()) == 4


async def test_an_event_that_comes_before_what_it_builds_on_waits(desk: Desk) -> None:
    started, approved = heard(sample(WaveStarted)), heard(sample(CampaignApproved))
    with pytest.raises(NotYet, match="approval"):
        await desk.hear.notify(started)
    with pytest.raises(NotYet, match="lines to take"):
        await desk.hear.announce_campaign(approved)
    assert await desk.made() == []
    await desk.hear.keep_lines_to_take(heard(sample(LinesToTakePublished)))
    await desk.hear.announce_campaign(approved)
    await desk.hear.notify(started)
    assert {notice.rule for notice in await desk.made()} >= {"advance-notice", "launch-date", "wave-started"}


async def test_a_team_that_is_not_in_the_directory_is_a_mistake_for_somebody_to_see(desk: Desk) -> None:
    with pytest.raises(Permanent, match="no team dept-management"):
        await desk.hear.notify(heard(sample(ReferralRaised, team="dept-management")))


async def test_notices_can_be_read_by_those_who_may(desk: Desk) -> None:
    await desk.approved()
    await desk.hear.notify(heard(sample(CampaignPaused)))
    await desk.hear.notify(heard(sample(ReferralRaised)))
    async with desk.notifier.caller("operator") as operator:
        listed = (await operator.get("/v1/notices", params={"campaign": "OTM-26-0042"})).json()
        assert {notice["rule"] for notice in listed} == {"paused", "paused-press"}
        assert (await operator.get(f"/v1/notices/{listed[0]['id']}")).json() == listed[0]
        assert (await operator.get("/v1/notices", params={"campaign": "OTM-26-0001"})).json() == []
        gathered = await operator.get("/v1/notices/gathered", params={"campaign": "OTM-26-0042"})
        assert gathered.json() == {"referrals": 1}
        assert (await operator.get("/v1/notices/5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c")).status_code == 404
    async with desk.notifier.caller("helpline") as helpline:
        assert (await helpline.get("/v1/notices")).status_code == 403
