"""Notices that are refused for now, bounce, or have no far end are tried again later or given up, each for itself."""

import asyncio
from collections import Counter
from datetime import timedelta

from services.notifier.channels import Outgoing
from services.notifier.notices.attempts import GIVE_UP_AFTER, PAUSE_SECONDS, RETRY_SECONDS, Result
from services.notifier.notices.notice import State
from shared.contracts import NoticeFailed, NoticeSent
from tests.notifier.given.notices import notice
from tests.notifier.given.post_room import PostRoom, mailed, several


async def test_what_is_refused_for_now_is_tried_again_later_and_not_before(room: PostRoom) -> None:
    await room.add(*several(2))
    room.office.answers["RCPT"] = "450 greylisted"
    await room.send()
    room.office.answers.clear()
    room.clock.move(seconds=RETRY_SECONDS[0] - 1)
    await room.send()
    assert room.office.messages == []
    room.clock.move(seconds=1)
    await room.send()
    for each in several(2):
        stored = await room.one(each.id)
        assert (stored.state, stored.attempts) == (State.SENT, 2)
        assert [(one.result, one.reason) for one in stored.tries] == [
            (Result.NOT_TAKEN, "mail-not-taken"), (Result.TAKEN, None),
        ]  # fmt: skip


async def test_after_the_last_try_it_is_given_up_and_that_is_said(room: PostRoom) -> None:
    await room.add(notice())
    room.office.answers["DATA"] = "451 not now"
    for wait in (*RETRY_SECONDS, 0):
        await room.send()
        room.clock.move(seconds=wait)
    stored = await room.one(notice().id)
    assert (stored.state, stored.attempts) == (State.FAILED, len(RETRY_SECONDS) + 1)
    assert sum(RETRY_SECONDS) > timedelta(hours=18).total_seconds()  # not given up over night
    await room.said()
    assert [(event.reason, event.attempts) for event in room.spoken.of(NoticeFailed)] == [
        ("mail-not-taken", len(RETRY_SECONDS) + 1)
    ]
    assert room.spoken.of(NoticeSent) == []


async def test_an_address_that_bounces_fails_by_itself_and_the_others_get_theirs(room: PostRoom) -> None:
    gone, *others = several(3)
    await room.add(gone.model_copy(update={"address": "gone@authority.example"}), *others)
    room.office.bounces.add("gone@authority.example")
    await room.send()
    await room.said()
    assert {event.notice for event in room.spoken.of(NoticeSent)} == {each.id for each in others}
    assert [(event.notice, event.reason) for event in room.spoken.of(NoticeFailed)] == [(gone.id, "bad-address")]
    assert (await room.one(gone.id)).attempts == 1


async def test_a_mail_server_that_is_down_for_an_hour_delays_mail_and_nothing_else(room: PostRoom) -> None:
    mails = several(25)
    room.office.answers["MAIL"] = "HANG UP"
    await room.add(*mails)
    await room.send()
    hooks = several(5, "webhook", "press")
    await room.add(*hooks)
    tried = 0
    for _ in range(60):
        await room.send()
        assert len(room.far_end.posts) == 5  # at once
        room.clock.move(minutes=1)
    tried = sum([(await room.one(mail.id)).attempts for mail in mails])
    assert tried < 20  # a server that is down is left alone
    room.office.answers.clear()
    room.clock.move(seconds=PAUSE_SECONDS[-1])
    await room.send()
    await room.said()
    assert mailed(room.office) == Counter(f"<{mail.id}@authority.example>" for mail in mails)
    assert {event.notice for event in room.spoken.of(NoticeSent)} == {each.id for each in (*mails, *hooks)}
    assert room.spoken.of(NoticeFailed) == []


async def test_a_dead_webhook_delays_neither_mail_nor_another_endpoint_nor_itself_for_long(room: PostRoom) -> None:
    waiting = asyncio.Event()

    class Hanging:
        async def send(self, outgoing: Outgoing) -> None:
            await waiting.wait()

    dead, chat, mail = several(3, "webhook", "press"), several(3, "slack", "chat"), several(3)
    await room.add(*dead, *chat, *mail)
    delivery = room.sender(channels={"webhook": Hanging()}, within=0.5)
    await delivery.step()
    async with asyncio.timeout(10):
        while len(room.office.messages) < 3 or len(room.far_end.posts) < 3:
            await asyncio.sleep(0.01)
    assert not waiting.is_set()
    await delivery.idle()
    attempts = [(await room.one(each.id)).attempts for each in dead]
    assert sorted(attempts) == [0, 0, 1]  # the first told that nobody is there
    room.clock.move(seconds=PAUSE_SECONDS[0])
    await room.send()  # by a process that finds it well again
    assert len(room.far_end.posts) == 6


async def test_a_far_end_that_never_comes_back_is_given_up_in_the_end(room: PostRoom) -> None:
    await room.add(*several(1, "webhook", "press"))
    room.far_end.status = 503
    await room.send()
    room.clock.move(seconds=PAUSE_SECONDS[0])
    await room.send()
    room.clock.move(seconds=GIVE_UP_AFTER.total_seconds())
    await room.send()
    (stored,) = [await room.one(each.id) for each in several(1, "webhook", "press")]
    assert (stored.state, stored.reason, stored.tries[0].times) == (State.FAILED, "endpoint-down", 3)


async def test_a_channel_that_breaks_in_a_way_nobody_thought_of_or_is_not_set_up_loses_no_notice(
    room: PostRoom,
) -> None:
    class Broken:
        async def send(self, outgoing: Outgoing) -> None:
            raise ValueError("Header values may not contain linefeed")

    mail, (nowhere,) = notice(), several(1, "notify", "b@authority.example")
    await room.add(mail, nowhere)
    await room.send(room.sender(channels={"email": Broken()}))
    room.clock.move(seconds=RETRY_SECONDS[0])
    await room.send()
    stored = await room.one(mail.id)
    assert (stored.state, stored.tries[0].reason, stored.attempts) == (State.SENT, "unexpected-error", 2)
    assert (await room.one(nowhere.id)).reason == "channel-not-set-up"
