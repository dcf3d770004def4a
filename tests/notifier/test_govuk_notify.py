"""Notices through GOV.UK Notify: what it was given before is never given to it again."""

from collections.abc import Iterator

import pytest

from services.notifier.channels import FarEndDown, Outgoing, Refused
from services.notifier.channels.govuk_notify import NotifyBounced, NotifyChannel, body
from tests.notifier.notices import LINK, notice, with_files
from tests.support.govuk_notify import API_KEY, TEMPLATE, GovukNotify, govuk_notify

SENT = notice(channel="notify")


@pytest.fixture
def notify() -> Iterator[GovukNotify]:
    with govuk_notify() as notify:
        yield notify


async def send(notify: GovukNotify, again: bool = False, **settings: str) -> None:
    channel = NotifyChannel(**{"api_key": API_KEY, "template": TEMPLATE, "url": notify.url, **settings})
    await channel.send(Outgoing(SENT, LINK, again=again))


async def test_a_notice_goes_under_its_message_id_with_subject_and_body(notify: GovukNotify) -> None:
    await send(notify)
    (taken,) = notify.taken
    assert (taken["email_address"], taken["reference"]) == (SENT.address, SENT.message_id)
    assert taken["personalisation"] == {"subject": SENT.content.subject, "body": body(Outgoing(SENT, LINK))}
    assert notify.asked == 0  # the first time there is nothing to ask


async def test_what_was_taken_before_a_crash_is_found_by_its_reference_and_not_sent_again(notify: GovukNotify) -> None:
    notify.dies = True
    with pytest.raises(FarEndDown):
        await send(notify)
    notify.dies = False
    await send(notify, again=True)
    assert len(notify.taken) == 1
    notify.taken.clear()  # it never came there
    await send(notify, again=True)
    assert len(notify.taken) == 1


async def test_while_it_cannot_be_asked_nothing_is_sent_again(notify: GovukNotify) -> None:
    await send(notify)
    notify.answer = 500
    with pytest.raises(FarEndDown):
        await send(notify, again=True)
    assert len(notify.taken) == 1


@pytest.mark.parametrize(
    ("status", "error", "taken"),
    [("delivered", None, 1), ("permanent-failure", NotifyBounced, 1), ("technical-failure", None, 2)],
)
async def test_what_became_of_it_says_whether_to_send_again(
    notify: GovukNotify, status: str, error: type[Exception] | None, taken: int
) -> None:
    await send(notify)
    notify.status = status
    if error:
        with pytest.raises(error):
            await send(notify, again=True)
    else:
        await send(notify, again=True)
    assert len(notify.taken) == taken


async def test_refusals_for_good_and_for_now_are_told_apart(notify: GovukNotify) -> None:
    with pytest.raises(Refused):
        await send(notify, template="no such template")
    with pytest.raises(FarEndDown):
        await send(notify, api_key=API_KEY[:-1] + "0")
    for status in (429, 500, 503):
        notify.answer = status
        with pytest.raises(FarEndDown):
            await send(notify)
    assert notify.taken == []
    with pytest.raises(FarEndDown):
        await send(notify, url="http://127.0.0.1:1")


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
