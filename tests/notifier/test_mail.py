"""E-mail to a real server: what it takes arrives as it was written, and its refusals are understood."""

import asyncio

import pytest

from services.notifier.mail import MailChannel, MailNotTaken, MailRefused
from services.notifier.notice import Content, Notice
from shared.errors import Permanent, Transient
from tests.notifier.desk import FROM
from tests.support.clocks import NOON
from tests.support.smtp import PostOffice

NOTICE = Notice(
    id="c5f3e2f0-1111-5222-8333-444455556666",
    campaign="OTM-26-0042",
    team="press-office",
    rule="launch-date",
    address="press-office@authority.example",
    content=Content(
        subject="OTM-26-0042: Incwm o osod eiddo – Ŵyl", text="Line one\n.\n**Ŵyl**\n", html="<p>Ŵyl</p>\n"
    ),
    created_at=NOON,
    due_at=NOON,
)


async def send(office: PostOffice) -> None:
    await MailChannel("127.0.0.1", office.port, FROM).send(NOTICE)


async def test_a_notice_arrives_as_it_was_written(office: PostOffice) -> None:
    await send(office)
    (message,) = office.messages
    assert (message["From"], message["To"], message["Subject"]) == (FROM, NOTICE.address, NOTICE.content.subject)
    assert message["Date"].datetime == NOON
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    on_the_wire = NOTICE.content.text.replace("\n", "\r\n"), NOTICE.content.html.replace("\n", "\r\n")
    assert (text.get_content(), html.get_content()) == on_the_wire


async def test_a_notice_that_is_sent_again_is_the_same_message(office: PostOffice) -> None:
    for _ in range(2):
        await send(office)
    assert [message["Message-ID"] for message in office.messages] == [f"<{NOTICE.id}@authority.example>"] * 2


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "error", "kind"),
    [
        ("450 Mrs Jones is away", MailNotTaken, Transient),
        ("421 closing", MailNotTaken, Transient),
        ("550 no such user Mrs Jones", MailRefused, Permanent),
        ("554 never", MailRefused, Permanent),
        ("HANG UP", MailNotTaken, Transient),
    ],
)
async def test_a_server_that_may_take_it_later_and_one_that_never_will_are_told_apart(
    office: PostOffice, command: str, answer: str, error: type[Exception], kind: type[Exception]
) -> None:
    office.answers[command] = answer
    with pytest.raises(error) as refused:
        await send(office)
    assert isinstance(refused.value, kind)
    assert "Jones" not in str(refused.value)  # what a server says may quote anything
    assert office.messages == []


async def test_a_server_that_is_not_there_may_be_back_later() -> None:
    silent = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(MailNotTaken):
        await MailChannel("127.0.0.1", port, FROM).send(NOTICE)
    silent.close()
    await silent.wait_closed()
    with pytest.raises(MailNotTaken):
        await MailChannel("127.0.0.1", port, FROM).send(NOTICE)
