"""A sender that dies, stops, or has a twin loses no notice and sends at most one twice."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from services.notifier.channels import Channel, Outgoing
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.notices.notice import Notice, State
from shared.contracts import NoticeSent
from tests.notifier.given.notices import notice
from tests.notifier.given.post_room import LONG, OVER, PostRoom, mailed, several
from tests.support.clocks import NOON


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
