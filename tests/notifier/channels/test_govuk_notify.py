"""Notices through GOV.UK Notify: what it was given before is never given to it again."""

from collections.abc import AsyncIterator

import pytest

from services.notifier.channels import FarEndDown, Outgoing, Refused
from services.notifier.channels.govuk_notify import NotifyBounced, NotifyChannel, body
from services.notifier.delivery.bounces import Bounces
from services.notifier.notices.attempts import Result
from shared.contracts import NoticeFailed, NoticeSent
from tests.notifier.given.desk import Desk
from tests.notifier.given.notices import LINK, notice, with_files
from tests.notifier.given.post_room import several
from tests.support.notify import API_KEY, TEMPLATES, NotifyStandIn, notify

SENT = notice(channel="notify")


@pytest.fixture
async def stand_in() -> AsyncIterator[NotifyStandIn]:
    async with notify() as stand_in:
        yield stand_in


async def send(stand_in: NotifyStandIn, again: bool = False, **settings: str) -> None:
    ours = {"api_key": API_KEY, "template": TEMPLATES["email"], "url": stand_in.url}
    await NotifyChannel(**{**ours, **settings}).send(Outgoing(SENT, LINK, again=again))


async def test_a_notice_goes_under_its_message_id_with_subject_and_body(stand_in: NotifyStandIn) -> None:
    await send(stand_in)
    (taken,) = stand_in.bodies
    assert (taken["email_address"], taken["reference"]) == (SENT.address, SENT.message_id)
    assert taken["personalisation"] == {"subject": SENT.content.subject, "body": body(Outgoing(SENT, LINK))}


async def test_what_was_taken_before_a_crash_is_found_by_its_reference_and_not_sent_again(
    stand_in: NotifyStandIn,
) -> None:
    stand_in.lose_next = 1
    with pytest.raises(FarEndDown):
        await send(stand_in)
    await send(stand_in, again=True)
    assert len(stand_in.of(SENT.message_id)) == 1
    stand_in.notifications.clear()  # it never came there
    await send(stand_in, again=True)
    assert len(stand_in.of(SENT.message_id)) == 1


async def test_while_it_cannot_be_asked_nothing_is_sent_again(stand_in: NotifyStandIn) -> None:
    await send(stand_in)
    for unable in ({"api_key": API_KEY[:-1] + "?"}, {"url": "http://127.0.0.1:1"}):
        with pytest.raises(FarEndDown):
            await send(stand_in, again=True, **unable)
    assert stand_in.calls == 1


@pytest.mark.parametrize(
    ("status", "error", "taken"),
    [("delivered", None, 1), ("permanent-failure", NotifyBounced, 1), ("technical-failure", None, 2)],
)
async def test_what_became_of_it_says_whether_to_send_again(
    stand_in: NotifyStandIn, status: str, error: type[Exception] | None, taken: int
) -> None:
    await send(stand_in)
    stand_in.notifications[0]["status"] = status
    if error:
        with pytest.raises(error):
            await send(stand_in, again=True)
    else:
        await send(stand_in, again=True)
    assert len(stand_in.notifications) == taken


async def test_refusals_for_good_and_for_now_are_told_apart(stand_in: NotifyStandIn) -> None:
    with pytest.raises(Refused):
        await send(stand_in, template="no such template")
    for status in (429, 500, 503):
        stand_in.fail_next.append(status)
        with pytest.raises(FarEndDown):
            await send(stand_in)
    assert stand_in.notifications == []


async def test_an_address_that_turns_out_not_to_exist_is_a_failure_said_afterwards(
    stand_in: NotifyStandIn, desk: Desk
) -> None:
    channel = NotifyChannel(API_KEY, TEMPLATES["email"], stand_in.url)
    gone, fine = (
        n.model_copy(update={"due_at": desk.clock.now()}) for n in several(2, "notify", "a@authority.example")
    )
    await desk.notices.add([gone, fine], [])
    delivery, bounces = desk.sender({"notify": channel}), Bounces(desk.outgoing, channel, desk.clock)
    await delivery.step()
    await delivery.idle()
    desk.clock.move(minutes=5)
    assert not await bounces.step()  # not before it was said that they were sent
    await delivery.say()
    assert len(desk.spoken.of(NoticeSent)) == 2
    assert await bounces.step()  # nobody knows yet
    stand_in.of(gone.id)[0]["status"] = "permanent-failure"
    stand_in.of(fine.id)[0]["status"] = "delivered"
    assert not await bounces.step()
    desk.clock.move(minutes=5)
    assert await bounces.step()
    await delivery.say()
    assert [(event.notice, event.reason) for event in desk.spoken.of(NoticeFailed)] == [(gone.id, "bad-address")]
    desk.clock.move(days=30)
    assert not await bounces.step()
    stored = await desk.notices.get(gone.id)
    assert stored is not None
    assert [each.result for each in stored.tries] == [Result.TAKEN, Result.REFUSED]


def test_the_body_is_what_it_understands_with_a_line_for_each_row_and_no_mark_up_of_a_value() -> None:
    lines = body(Outgoing(with_files(), LINK)).splitlines()
    assert "# By day" in lines
    assert "* Tue 08 Sep: expected 60" in lines
    assert f"Confirm that you have read this: {LINK}" in lines
    sly = notice(
        content=SENT.content.model_copy(update={"markdown": "\\# x \\[a\\]\\(https\\:\\/\\/b\\) \\(\\(c\\)\\)"})
    )
    said = body(Outgoing(sly)).splitlines()[0]
    assert not said.startswith("#")
    assert "](" not in said
    assert "((" not in said


def test_an_address_in_a_text_becomes_no_link_and_a_link_keeps_its_address() -> None:
    text = "see [the page](https://www.gov.uk/a) and https\\://evil.example"
    said = body(Outgoing(SENT.model_copy(update={"content": SENT.content.model_copy(update={"markdown": text})})))
    assert said.startswith("see the page (https://www.gov.uk/a) and https:\u200b//evil.example")
