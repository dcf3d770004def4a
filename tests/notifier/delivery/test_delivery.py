"""Notices that are due are sent once, urgent ones first, unless they hold no more, and what became of them is said."""

import asyncio
from collections import Counter
from datetime import timedelta

from services.notifier.channels import Outgoing
from services.notifier.delivery.delivery import ABREAST
from services.notifier.notices.attempts import Result
from services.notifier.notices.notice import Notice, State
from shared.contracts import NoticeSent
from tests.notifier.given.notices import LINK, notice
from tests.notifier.given.post_room import PostRoom, mailed, several
from tests.support.clocks import NOON


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


async def test_an_urgent_notice_waits_for_those_in_hand_and_for_no_others(room: PostRoom) -> None:
    *normal, urgent = several(12)
    taken: list[str] = []

    class Slow:
        async def send(self, outgoing: Outgoing) -> None:
            if not taken:  # while the first is on its way, helplines have to be told of something
                await room.add(Notice.model_validate(urgent.model_dump() | {"urgency": "urgent"}))
            taken.append(outgoing.notice.id)

    await room.add(*normal)
    await room.send(room.sender(channels={"email": Slow()}))
    assert taken.index(urgent.id) == 1
    assert sorted(taken) == sorted(each.id for each in (*normal, urgent))


async def test_a_mail_server_that_takes_one_is_given_several_at_a_time_and_an_endpoint_never(room: PostRoom) -> None:
    together, taken = asyncio.Barrier(ABREAST), Counter[str]()

    class Together:
        async def send(self, outgoing: Outgoing) -> None:
            taken["email"] += 1
            if taken["email"] > 1:
                await together.wait()  # for as many as are given at the same time

    class Alone:
        async def send(self, outgoing: Outgoing) -> None:
            taken["in hand"] += 1
            await asyncio.sleep(0)
            assert taken["in hand"] == 1
            taken["in hand"] -= 1

    mails, hooks = several(1 + 2 * ABREAST), several(3, "webhook", "press")
    await room.add(*mails, *hooks)
    await room.send(room.sender(channels={"email": Together(), "webhook": Alone()}))
    assert {(await room.one(each.id)).attempts for each in (*mails, *hooks)} == {1}


async def test_a_notice_that_holds_no_more_or_was_answered_does_not_go_out(room: PostRoom) -> None:
    void, answered, other = several(3)
    await room.add(void, answered, other)
    await room.notices.void([void.thread], NOON)
    await room.notices.acknowledged(answered.thread, "customer-services", NOON)
    await room.send()
    assert list(mailed(room.office)) == [f"<{other.id}@authority.example>"]
    assert (await room.one(void.id)).state is State.VOID
    assert (await room.one(answered.id)).acknowledged_by == "customer-services"
