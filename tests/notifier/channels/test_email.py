"""E-mail to a real server: what it takes arrives as it was written, and its refusals are understood."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from icalendar import Calendar

from services.notifier.channels import FarEndDown, Outgoing
from services.notifier.channels.email import (
    BadAddress,
    EmailChannel,
    MailNotTaken,
    MailRefused,
    MailServer,
    MailServerDown,
)
from services.notifier.notices.notice import Notice
from services.notifier.rendering.email_layout import CHART_CID
from shared.errors import Permanent, Transient
from tests.notifier.given.desk import FROM
from tests.notifier.given.notices import LINK, notice, with_files
from tests.support.certificates import certificate
from tests.support.clocks import NOON
from tests.support.smtp import PostOffice, post_office


async def send(office: PostOffice, sent: Notice, link: str | None = None) -> None:
    await EmailChannel(MailServer(host="127.0.0.1", port=office.port, encryption="none"), FROM).send(
        Outgoing(sent, link)
    )


async def test_a_notice_arrives_as_it_was_written(office: PostOffice) -> None:
    sent = notice()
    await send(office, sent)
    (message,) = office.messages
    assert (message["From"], message["To"], message["Subject"]) == (FROM, sent.address, sent.content.subject)
    assert message["Date"].datetime == NOON
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Importance"] is None
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content() == sent.content.text.replace("\n", "\r\n")
    assert html.get_content() == "<p>Ŵyl</p>\r\n\r\n"


async def test_the_link_to_acknowledge_is_put_in_on_the_way_out(office: PostOffice) -> None:
    await send(office, notice(), LINK)
    (message,) = office.messages
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    said, foot = text.get_content().split("\r\n-- \r\n")
    assert said.endswith(f"\r\n\r\nConfirm that you have read this: {LINK}\r\n")
    assert foot == "Sent to Press Office.\r\n"
    assert f'href="{LINK.replace("&", "&amp;")}"' in html.get_content()


async def test_the_chart_and_the_dates_go_along_as_files(office: PostOffice) -> None:
    await send(office, with_files(urgency="urgent"))
    (message,) = office.messages
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == f"<{CHART_CID}>"
    assert picture.get_content().startswith(b"\x89PNG")
    (attached,) = list(message.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "OTM-26-0042.ics")
    (event,) = Calendar.from_ical(attached.get_content()).events
    assert (event["uid"], event.decoded("dtstart").isoformat()) == ("OTM-26-0042-launch@one-to-many", "2026-09-07")
    assert message["Importance"] == "high"


async def test_a_notice_that_is_tried_again_is_the_same_message_and_one_that_is_resent_is_another(
    office: PostOffice,
) -> None:
    for sent in (notice(attempts=1), notice(attempts=2), notice(resent=1)):
        await send(office, sent)
    first = f"<{notice().id}@authority.example>"
    again = f"<{notice().id}.1@authority.example>"
    assert [message["Message-ID"] for message in office.messages] == [first, first, again]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "errors", "kind"),
    [
        ("450 Mrs Jones is away", (MailNotTaken,), Transient),
        ("421 closing", (MailServerDown, MailNotTaken), Transient),
        ("550 no such user Mrs Jones", (MailRefused, BadAddress), Permanent),
        ("554 never", (MailRefused, BadAddress), Permanent),
        ("HANG UP", (MailServerDown,), Transient),
    ],
)
async def test_a_server_that_may_take_it_later_and_one_that_never_will_are_told_apart(
    office: PostOffice, command: str, answer: str, errors: tuple[type[Exception], ...], kind: type[Exception]
) -> None:
    office.answers[command] = answer
    with pytest.raises(errors) as refused:
        await send(office, notice())
    assert isinstance(refused.value, kind)
    assert isinstance(refused.value, BadAddress) == (command == "RCPT" and kind is Permanent)
    assert "Jones" not in str(refused.value)  # what a server says may quote anything
    assert office.messages == []


async def test_a_server_that_is_not_there_may_be_back_later() -> None:
    silent = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    channel = EmailChannel(MailServer(host="127.0.0.1", port=port, encryption="none"), FROM)
    with pytest.raises(FarEndDown):
        await channel.send(Outgoing(notice()))
    silent.close()
    await silent.wait_closed()
    with pytest.raises(FarEndDown):
        await channel.send(Outgoing(notice()))


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_mail_goes_encrypted_to_a_server_that_is_who_it_should_be(
    tmp_path: Path, encryption: Literal["starttls", "tls"]
) -> None:
    ours = certificate(tmp_path)
    async with post_office(ours.serving(), encryption) as office:
        server = MailServer(host="localhost", port=office.port, encryption=encryption, ca_file=ours.file)
        await EmailChannel(server, FROM).send(Outgoing(notice()))
        assert office.encrypted == [True]
        stranger = MailServer(host="localhost", port=office.port, encryption=encryption)
        with pytest.raises(FarEndDown):
            await EmailChannel(stranger, FROM).send(Outgoing(notice()))
        elsewhere = MailServer(host="127.0.0.1", port=office.port, encryption=encryption, ca_file=ours.file)
        with pytest.raises(FarEndDown):
            await EmailChannel(elsewhere, FROM).send(Outgoing(notice()))
        assert len(office.messages) == 1


async def test_where_encryption_is_asked_for_nothing_goes_without(office: PostOffice) -> None:
    server = MailServer(host="127.0.0.1", port=office.port, encryption="starttls")
    with pytest.raises(FarEndDown):
        await EmailChannel(server, FROM).send(Outgoing(notice()))
    assert office.messages == []


async def test_a_title_that_is_written_as_an_encoded_header_adds_none(office: PostOffice) -> None:
    title = "Hello =?utf-8?q?a=0D=0ABcc=3A_evil=40evil.example=0D=0A=0D=0Abody?="
    plain = notice()
    sent = plain.model_copy(update={"content": plain.content.model_copy(update={"subject": title})})
    await send(office, sent)
    (message,) = office.messages
    assert (message["Bcc"], message["Content-Language"], message["To"]) == (None, "en", sent.address)
    assert str(message["Subject"]) == title


async def test_a_mail_is_dated_when_it_was_first_sent_and_not_when_it_was_written(office: PostOffice) -> None:
    sent = notice(begun_at=NOON + timedelta(hours=11), attempts=2)
    await send(office, sent)
    assert office.messages[0]["Date"].datetime == NOON + timedelta(hours=11)
