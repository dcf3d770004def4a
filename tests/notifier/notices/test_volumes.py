"""Excursions of contact volumes, and what the closed loop does about them, are told: the helplines first, each once."""

import random

import pytest

from services.notifier.messages import HEARS
from services.notifier.notices.notice import Notice
from shared.contracts import (
    CampaignApproved,
    CampaignPaused,
    CampaignSlowed,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
)
from shared.errors import NotYet
from tests.notifier.given.desk import Desk, heard
from tests.support.samples import sample
from tests.support.smtp import PostOffice

EXCEEDED, OVER = sample(ContactVolumeExceeded), sample(ContactVolumeRecovered)
SLOWED = sample(CampaignSlowed)
FREE = sample(CampaignSlowed, version=44, daily_limit=None)


async def told(desk: Desk, rule: str) -> list[str]:
    return sorted({notice.team for notice in await desk.made() if notice.rule.startswith(rule)})


async def one(desk: Desk, rule: str, team: str = "customer-services") -> Notice:
    return (await desk.of_rule(rule, team))[0]


async def test_helplines_are_told_first_with_the_figures(desk: Desk, office: PostOffice) -> None:
    await desk.approved()
    await desk.say(EXCEEDED)
    assert await told(desk, "volumes-exceeded") == [
        "customer-services", "debt-management", "design-community", "letter-issuer", "press-office",
    ]  # fmt: skip
    notice = await one(desk, "volumes-exceeded")
    assert notice.content.subject == "OTM-26-0042: 412 contacts, 204 expected"
    for figure in ("Monday 14 September 2026", "11:45 on Tuesday 15 September", "530", "2.0 times", "1,070"):
        assert figure in notice.content.text
    await desk.delivery.step()
    await desk.delivery.idle()
    first = [message["To"].split("@")[0] for message in office.messages][:3]
    assert set(first) <= {"customer-services", "customer-services-duty", "campaigns"}


async def test_who_was_told_of_a_slowing_hears_that_it_is_over(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    await desk.say(EXCEEDED, SLOWED)
    slowed = await told(desk, "slowed")
    assert {"customer-services", "debt-management", "design-community", "letter-issuer", "press-office"} < set(slowed)
    content = (await one(desk, "slowed")).content
    assert content.subject == "OTM-26-0042 is slowed to 5,000 a day"
    assert "412 contacts since 2026-09-14" in content.text
    await desk.say(OVER)
    assert await told(desk, "volumes-recovered") == slowed
    assert "still slowed to 5,000" in (await one(desk, "volumes-recovered")).content.text
    await desk.say(FREE)
    assert (await desk.of_rule("slowed", "customer-services"))[-1].content.subject == "OTM-26-0042 is no longer slowed"
    assert await told(desk, "slowed") == slowed


async def test_a_pause_by_the_loop_is_told_to_those_who_were_told_of_the_contacts_and_says_whose_it_is(
    desk: Desk,
) -> None:
    await desk.approved()
    await desk.say(EXCEEDED, sample(CampaignPaused, decided_by="closed-loop", excursion=EXCEEDED.excursion))
    assert "design-community" in await told(desk, "paused")
    assert "closed loop did this by itself" in (await one(desk, "paused")).content.text


async def test_an_end_that_is_heard_first_waits_for_its_beginning(desk: Desk) -> None:
    await desk.approved()
    with pytest.raises(NotYet, match="beginning"):
        await desk.hear.tell_recovery(heard(OVER))
    assert await desk.made() == []
    await desk.say(EXCEEDED, OVER)
    assert await told(desk, "volumes-recovered") == await told(desk, "volumes-exceeded")


async def test_a_limit_that_holds_no_more_when_it_is_heard_is_told_to_nobody(desk: Desk) -> None:
    await desk.approved()
    await desk.say(FREE)
    before = len(await desk.made())
    await desk.say(SLOWED)
    assert len(await desk.made()) == before


async def test_everything_shuffled_and_repeated_is_told_once(desk: Desk) -> None:
    await desk.approved()
    events = [heard(each) for each in (EXCEEDED, SLOWED, OVER, FREE)]
    for seed in range(5):
        waiting = [*events, *events]
        random.Random(seed).shuffle(waiting)
        while waiting:
            event = waiting.pop(0)
            try:
                await HEARS[type(event.data)](desk.hear, event)
            except NotYet:
                waiting.append(event)
    rules = [(notice.rule, notice.team, notice.address, notice.content.subject) for notice in await desk.made()]
    assert len(rules) == len(set(rules))
    assert await told(desk, "volumes-recovered") != []


async def test_fewer_contacts_are_told_to_those_who_can_look_for_the_letters(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(ContactVolumeBelow))
    assert await told(desk, "volumes-below") == ["customer-services", "design-community", "letter-issuer", "on-call"]
    assert "only 60 contacts, 204 expected" in (await one(desk, "volumes-below")).content.subject
