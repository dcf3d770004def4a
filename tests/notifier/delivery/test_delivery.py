"""A notice is sent until it is taken or there is no hope, each far end for itself, and what became of it is said."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.notifier.channels import Channel, Outgoing
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.notices.attempts import KEEP_TRYING, PAUSES, WAITS, Result
from services.notifier.notices.notice import Notice, State
from shared.contracts import NoticeFailed, NoticeSent
from tests.notifier.given.notices import LINK, notice
from tests.notifier.given.post_room import LONG, OVER, PostRoom, post_room, several
from tests.support.clocks import NOON
from tests.support.receiver import Receiver, receiver
from tests.support.smtp import PostOffice


@pytest.fixture
async def far_end() -> AsyncIterator[Receiver]:
    async with receiver() as far_end:
        yield far_end


@pytest.fixture
async def room(
    tmp_path: Path, mongo_url: str, database: str, office: PostOffice, far_end: Receiver
) -> AsyncIterator[PostRoom]:
    async with post_room(tmp_path, mongo_url, database, office, far_end) as room:
        yield room


def mailed(office: PostOffice) -> Counter[str]:
    """How often each message id arrived."""
    return Counter(str(message["Message-ID"]) for message in office.messages)


async def test_what_is_taken_is_said_to_be_sent_and_never_sent_again(room: PostRoom) -> None:
    mail = notice(plan_version=2, lines_to_take=3, needs_acknowledgement=True)
    (hook,) = several(1, "webhook", "press")
    await room.add(mail, hook)
    await room.send()
    assert (len(room.office.messages), len(room.far_end.posts)) == (1, 1)
    text = room.office.messages[0].get_body(("plain",))
    assert text is not None
    assert LINK in text.get_content()
    stored = await room.one(mail.id)
    assert (stored.state, stored.attempts, [each.result for each in stored.tries]) == (State.SENT, 1, [Result.TAKEN])
    assert LINK not in stored.model_dump_json()  # it is a key: who may read history may not acknowledge for others
    await room.said()
    sent = room.spoken.of(NoticeSent)
    assert {(event.notice, event.channel, event.attempts, event.sent_at) for event in sent} == {
        (mail.id, "email", 1, NOON), (hook.id, "webhook", 1, NOON),
    }  # fmt: skip
    assert {(event.plan_version, event.lines_to_take) for event in sent} == {(2, 3), (None, None)}
    room.clock.move(days=30)
    await room.send()
    assert not await room.delivery.say()
    assert (len(room.office.messages), len(room.far_end.posts)) == (1, 1)


async def test_nothing_goes_before_it_is_due_and_urgent_ones_go_first(room: PostRoom) -> None:
    early, normal, urgent = several(3)
    await room.add(
        early.model_copy(update={"due_at": NOON + timedelta(hours=1)}),
        normal,
        Notice.model_validate(urgent.model_dump() | {"urgency": "urgent", "due_at": NOON}),
    )
    await room.send()
    assert list(mailed(room.office)) == [f"<{each.id}@authority.example>" for each in (urgent, normal)]
    room.clock.move(hours=1)
    await room.send()
    assert len(room.office.messages) == 3


async def test_what_is_refused_for_now_is_tried_again_later_and_not_before(room: PostRoom) -> None:
    await room.add(*several(2))
    room.office.answers["RCPT"] = "450 greylisted"
    await room.send()
    room.office.answers.clear()
    room.clock.move(seconds=WAITS[0] - 1)
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
    for wait in (*WAITS, 0):
        await room.send()
        room.clock.move(seconds=wait)
    stored = await room.one(notice().id)
    assert (stored.state, stored.attempts) == (State.FAILED, len(WAITS) + 1)
    assert sum(WAITS) > timedelta(hours=18).total_seconds()  # not given up over night
    await room.said()
    assert [(event.reason, event.attempts) for event in room.spoken.of(NoticeFailed)] == [
        ("mail-not-taken", len(WAITS) + 1)
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
    room.clock.move(seconds=PAUSES[-1])
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
    room.clock.move(seconds=PAUSES[0])
    await room.send()  # by a process that finds it well again
    assert len(room.far_end.posts) == 6


async def test_a_far_end_that_never_comes_back_is_given_up_in_the_end(room: PostRoom) -> None:
    await room.add(*several(1, "webhook", "press"))
    room.far_end.status = 503
    await room.send()
    room.clock.move(seconds=PAUSES[0])
    await room.send()
    room.clock.move(seconds=KEEP_TRYING.total_seconds())
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
    room.clock.move(seconds=WAITS[0])
    await room.send()
    stored = await room.one(mail.id)
    assert (stored.state, stored.tries[0].reason, stored.attempts) == (State.SENT, "unexpected-error", 2)
    assert (await room.one(nowhere.id)).reason == "channel-not-set-up"


class Killed(BaseException):
    """The process ends here."""


class Dying:
    """A channel whose process is killed before the far end has it, or after."""

    def __init__(self, channel: Channel, before: bool) -> None:
        self._channel = channel
        self._before = before

    async def send(self, outgoing: Outgoing) -> None:
        if not self._before:
            await self._channel.send(outgoing)
        raise Killed


@pytest.mark.parametrize("before", [True, False], ids=["claimed, not sent", "sent, not noted"])
async def test_a_sender_that_dies_loses_nothing_and_sends_at_most_the_one_in_its_hands_twice(
    room: PostRoom, before: bool
) -> None:
    mails = several(3)
    await room.add(*mails)
    dead = room.sender(MongoOutgoing(room.store, OVER), {"email": Dying(room.channels["email"], before)})
    await dead.step()
    await dead.idle()
    await room.send()
    await room.said()
    arrived = mailed(room.office)
    assert set(arrived) == {f"<{mail.id}@authority.example>" for mail in mails}
    assert sorted(arrived.values()) == ([1, 1, 1] if before else [1, 1, 2])
    assert len(room.spoken.of(NoticeSent)) == 3
    assert sorted([(await room.one(mail.id)).attempts for mail in mails]) == [1, 1, 2]


async def test_what_a_living_sender_has_in_its_hands_is_nobody_elses(room: PostRoom) -> None:
    await room.add(notice())
    mine, other = MongoOutgoing(room.store, LONG), MongoOutgoing(room.store, LONG)
    (due,) = await mine.due("email", NOON, 10)
    claimed = await asyncio.gather(mine.begin(due, NOON), other.begin(due, NOON))
    assert sorted(claim is None for claim in claimed) == [False, True]
    assert await other.lanes(NOON + timedelta(days=1)) == set()


async def test_two_replicas_that_both_believe_it_is_their_turn_send_everything_once(room: PostRoom) -> None:
    mails, hooks = several(30), several(30, "webhook", "press")
    await room.add(*mails, *hooks)
    replicas = [room.sender(MongoOutgoing(room.store, LONG)) for _ in range(3)]
    await asyncio.gather(*(room.send(replica) for replica in replicas))
    assert mailed(room.office) == Counter(f"<{mail.id}@authority.example>" for mail in mails)
    assert Counter(post.headers["otm-delivery"] for post in room.far_end.posts) == Counter(h.id for h in hooks)


async def test_a_crash_between_saying_and_noting_says_the_same_event_again(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(notice: Notice) -> None:
        raise SystemError("killed")

    await room.add(*several(2))
    await room.send()
    with monkeypatch.context() as dying:
        dying.setattr(room.queue, "said", die)
        with pytest.raises(SystemError):
            await room.delivery.say()
    assert await room.delivery.say()
    assert len(room.spoken.of(NoticeSent)) == 2  # one for each notice, although one was said twice


async def test_a_notice_that_holds_no_more_or_was_answered_does_not_go_out(room: PostRoom) -> None:
    void, answered, other = several(3)
    await room.add(void, answered, other)
    await room.notices.void([void.thread], NOON)
    await room.notices.acknowledged(answered.thread, "customer-services", NOON)
    await room.send()
    assert list(mailed(room.office)) == [f"<{other.id}@authority.example>"]
    assert (await room.one(void.id)).state is State.VOID
    assert (await room.one(answered.id)).acknowledged_by == "customer-services"


async def test_a_service_that_stops_finishes_what_it_has_in_hand(room: PostRoom) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        async def send(self, outgoing: Outgoing) -> None:
            begun.set()
            await go_on.wait()
            await room.channels["email"].send(outgoing)

    await room.add(*several(2))
    delivery = room.sender(channels={"email": Slow()})
    await delivery.step()
    await begun.wait()
    stopping = asyncio.create_task(delivery.finish())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert sorted([(await room.one(each.id)).state for each in several(2)]) == [State.PENDING, State.SENT]
