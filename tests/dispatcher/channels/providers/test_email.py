"""E-mails by SMTP are the same message on every try, encrypted, and sent once where a server may have taken them."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from tests.dispatcher.given.sending import CUSTOMERS, Killed, Sending
from tests.support.certificates import certificate
from tests.support.inside import Inside
from tests.support.smtp import post_office


def smtp(port: int) -> dict[str, Any]:
    return {"smtp": {"host": "127.0.0.1", "port": port, "sender": "tax@authority.example", "start_tls": False}}


async def test_an_e_mail_is_plain_text_and_html_and_the_same_message_on_every_try(
    unapproved: Inside, tmp_path: Path
) -> None:
    people = {1: {"name": "Ann <b>*Bold*</b>"}}
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", people, **smtp(office.port)).recorded()
        await mail.send()
        await mail.send()
    assert len(office.messages) == CUSTOMERS
    assert len({message["Message-ID"] for message in office.messages}) == CUSTOMERS
    (first,) = [m for m in office.messages if m["To"] == "c1@example.org"]
    plain, html = (part.get_content() for part in first.iter_parts())
    assert "Dear Ann <b>*Bold*</b>" in plain
    assert "Dear Ann &lt;b&gt;*Bold*&lt;/b&gt;" in html, "what a customer is called is never formatted"
    assert "<strong>30 October 2026</strong>" in html
    assert set((await mail.outcomes()).values()) == {"issued"}


async def test_a_name_that_is_written_as_an_encoded_header_adds_none_to_a_customers_mail(
    unapproved: Inside, tmp_path: Path
) -> None:
    name = "=?utf-8?q?a=0D=0ABcc=3A_evil=40evil.example=0D=0A=0D=0A?="
    async with post_office() as office:
        mail = Sending(unapproved, tmp_path, "email", **smtp(office.port))
        mail.letters = [replace(letter, subject=f"For {name}") for letter in mail.letters]
        await (await mail.recorded()).send()
    (first,) = [m for m in office.messages if m["To"] == "c1@example.org"]
    assert first["Bcc"] is None
    assert str(first["Subject"]) == f"For {name}"


async def test_an_e_mail_that_may_have_gone_before_a_crash_is_not_sent_again(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        with pytest.raises(Killed):
            await mail.send("results")
        mail.restarted()
        with pytest.raises(Deferred, match=f"{GROUP_SIZE} in doubt"):
            await mail.send()
        mail.clock.move(days=6)
        await mail.send()
    assert len(office.messages) == len({m["Message-ID"] for m in office.messages}) == CUSTOMERS
    assert Counter((await mail.outcomes()).values()) == {"unconfirmed": GROUP_SIZE, "issued": CUSTOMERS - GROUP_SIZE}


@pytest.mark.parametrize(("command", "in_doubt"), [("MAIL", 0), ("RCPT", 0), ("DATA", GROUP_SIZE)])
async def test_an_e_mail_is_in_doubt_once_the_message_itself_is_on_its_way(
    unapproved: Inside, tmp_path: Path, command: str, in_doubt: int
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers[command] = "HANG UP"
        with pytest.raises(Deferred):
            await mail.send()
        del office.answers[command]
        mail.clock.move(days=6)
        await mail.send()
    assert Counter((await mail.outcomes()).values())["unconfirmed"] == in_doubt
    assert len(office.messages) == CUSTOMERS - in_doubt


async def test_a_mail_server_that_is_busy_is_tried_later_and_one_that_refuses_is_not(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers["RCPT"] = "451 later"
        with pytest.raises(Deferred):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        office.answers["RCPT"] = "550 nobody here"
        mail.clock.move(minutes=30)
        await mail.send()
    assert office.messages == []
    assert set((await mail.outcomes()).values()) == {"refused"}


async def test_a_sender_that_is_refused_is_our_fault_and_nobody_goes_without_by_it(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers["MAIL"] = "550 we do not know you"
        with pytest.raises(Deferred, match="does not take mail from us: 550"):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        del office.answers["MAIL"]
        mail.restarted()
        await mail.send()
    assert len(office.messages) == CUSTOMERS
    assert set((await mail.outcomes()).values()) == {"issued"}


async def test_e_mails_go_encrypted_to_the_server_that_it_should_be_or_not_at_all(
    unapproved: Inside, tmp_path: Path
) -> None:
    ours = certificate(tmp_path)
    over_tls = {"host": "localhost", "sender": "tax@authority.example"}
    async with post_office() as plain, post_office(ours.serving()) as office:
        mail = await Sending(unapproved, tmp_path, "email", smtp=over_tls | {"port": plain.port}).recorded()
        with pytest.raises(Deferred, match="cannot be reached"):
            await mail.send()
        mail.restarted(smtp=over_tls | {"port": office.port})
        with pytest.raises(Deferred, match="cannot be reached"):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        mail.restarted(smtp=over_tls | {"port": office.port, "ca_file": ours.file})
        await mail.send()
    assert plain.messages == []
    assert office.encrypted == [True] * CUSTOMERS
