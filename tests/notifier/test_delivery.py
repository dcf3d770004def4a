"""A notice is sent until it is taken or there is no more hope, and what became of it is said once."""

import asyncio
from datetime import timedelta

import pytest

from services.notifier.delivery import AT_ONCE
from services.notifier.notice import WAITS, Notice, State
from shared.contracts import CampaignPaused, NoticeFailed, NoticeSent
from tests.notifier.desk import Desk, heard
from tests.support.clocks import NOON
from tests.support.samples import sample
from tests.support.smtp import PostOffice


@pytest.fixture
async def waiting(desk: Desk) -> Desk:
    """Two notices of one pause, to customer services and to the press office, are due."""
    await desk.approved()
    await desk.hear.notify(heard(sample(CampaignPaused)))
    return desk


async def states(desk: Desk) -> list[tuple[State, int]]:
    return [(notice.state, notice.attempts) for notice in await desk.made()]


async def test_what_is_taken_is_said_to_be_sent_and_never_sent_again(waiting: Desk, office: PostOffice) -> None:
    while await waiting.delivery.send():
        pass
    assert sorted(message["To"] for message in office.messages) == [
        "customer-services@authority.example", "press-office@authority.example",
    ]  # fmt: skip
    assert await waiting.delivery.say()
    assert not await waiting.delivery.say()
    sent = waiting.spoken.of(NoticeSent)
    assert {(event.team, event.rule, event.attempts, event.sent_at) for event in sent} == {
        ("customer-services", "paused", 1, NOON), ("press-office", "paused-press", 1, NOON),
    }  # fmt: skip
    waiting.clock.move(days=30)
    assert not await waiting.delivery.send()
    assert len(office.messages) == 2


async def test_what_is_refused_for_now_is_tried_again_later_and_not_before(waiting: Desk, office: PostOffice) -> None:
    office.answers["RCPT"] = "450 greylisted"
    await waiting.delivery.send()
    assert await states(waiting) == [(State.PENDING, 1)] * 2
    office.answers.clear()
    waiting.clock.move(seconds=WAITS[0] - 1)
    assert not await waiting.delivery.send()
    waiting.clock.move(seconds=1)
    assert await waiting.delivery.send()
    assert await states(waiting) == [(State.SENT, 2)] * 2
    await waiting.delivery.say()
    assert [event.attempts for event in waiting.spoken.of(NoticeSent)] == [2, 2]
    assert waiting.spoken.of(NoticeFailed) == []


async def test_after_the_last_try_it_is_given_up_and_that_is_said(waiting: Desk, office: PostOffice) -> None:
    office.answers["DATA"] = "451 not now"
    tries = 0
    while await waiting.delivery.send():
        tries += 1
        waiting.clock.move(seconds=WAITS[min(tries, len(WAITS)) - 1])
    assert tries == len(WAITS) + 1
    assert sum(WAITS) > timedelta(hours=18).total_seconds()  # not given up over night
    assert await states(waiting) == [(State.FAILED, tries)] * 2
    waiting.clock.move(days=30)
    assert not await waiting.delivery.send()
    await waiting.delivery.say()
    assert {(event.reason, event.attempts) for event in waiting.spoken.of(NoticeFailed)} == {("mail-not-taken", tries)}
    assert waiting.spoken.of(NoticeSent) == []


async def test_what_will_never_be_taken_is_not_tried_again(waiting: Desk, office: PostOffice) -> None:
    office.answers["RCPT"] = "550 no such user"
    await waiting.delivery.send()
    assert await states(waiting) == [(State.FAILED, 1)] * 2
    await waiting.delivery.say()
    assert {event.reason for event in waiting.spoken.of(NoticeFailed)} == {"mail-refused"}


async def test_a_channel_that_breaks_in_a_way_nobody_thought_of_loses_no_notice(waiting: Desk) -> None:
    class Broken:
        async def send(self, notice: Notice) -> None:
            raise ValueError("Header values may not contain linefeed")

    await waiting.sender(Broken()).send()
    assert await states(waiting) == [(State.PENDING, 1)] * 2
    waiting.clock.move(seconds=WAITS[0])
    await waiting.delivery.send()
    assert await states(waiting) == [(State.SENT, 2)] * 2


async def test_the_notices_of_a_sender_that_died_are_taken_over(waiting: Desk, office: PostOffice) -> None:
    dead = waiting.replica()
    for notice in await dead.due(NOON, AT_ONCE):
        assert await dead.begin(notice) is not None
    assert await states(waiting) == [(State.SENDING, 1)] * 2
    assert await dead.due(NOON, AT_ONCE) == []  # as long as it lives they are in its hands
    await waiting.delivery.send()
    assert await states(waiting) == [(State.SENT, 2)] * 2
    assert len({message["Message-ID"] for message in office.messages}) == 2


async def test_of_two_senders_one_gets_a_notice(waiting: Desk) -> None:
    one, other = waiting.replica(), waiting.replica()
    for notice in await one.due(NOON, AT_ONCE):
        claimed = await asyncio.gather(one.begin(notice), other.begin(notice))
        assert sorted(claim is None for claim in claimed) == [False, True]


async def test_a_crash_between_saying_and_noting_says_the_same_event_again(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(notice: Notice) -> None:
        raise SystemError("killed")

    await waiting.delivery.send()
    with monkeypatch.context() as dying:
        dying.setattr(waiting.notices, "said", die)
        with pytest.raises(SystemError):
            await waiting.delivery.say()
    assert await waiting.delivery.say()
    assert len(waiting.spoken.of(NoticeSent)) == 2  # one for each notice, although one was said twice
