"""A customer's value is text in every channel: no link, no heading, no list, no formula."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from markdown_it import MarkdownIt

from services.dispatcher.channels.channel import Batch
from services.dispatcher.channels.printing.files import print_files
from services.dispatcher.channels.providers.email import Smtp, SmtpSettings
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.letters.communication import compose
from shared.contracts.campaigns import Arm
from shared.letters.markup import in_markdown, in_notify, unlinked
from tests.dispatcher.given.people import CAMPAIGN, campaign, customer

AT = datetime(2026, 9, 7, 6, tzinfo=UTC)
NAMES = (
    "[Claim your refund](https://evil.example)", "# 1 Motors", "*Star* Cars", "* Stores", "1. FC Example", "^ Taxis",
    "- Ann", "> Ann", "_Ann_", "`Ann`", "a&amp;b", "Ann\\", "<b>Ann</b>", "![x](y)", "---", "~~Ann~~", "O'Brien & Sons",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_markdown_is_shown_as_it_stands(name: str) -> None:
    shown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(in_markdown(name))
    expected = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert shown == f"<p>{expected}</p>\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("see bit.ly/x9 Ltd", "see bit. ly/x9 Ltd"),
        ("evil.example?pay", "evil. example?pay"),
        ("refund@evil.example", "refund @ evil.example"),
        ("HTTPS://evil.example", "HTTPS: //evil.example"),
        ("Booking.com Ltd", "Booking.com Ltd"),
        ("A.N. Other", "A.N. Other"),
        ("Ann @ 7", "Ann @ 7"),
    ],
)
def test_a_name_is_no_link_to_a_telephone_and_a_trading_name_stays(name: str, shown: str) -> None:
    assert unlinked(name) == shown


def test_notify_gets_no_mark_up_at_the_beginning_of_a_line() -> None:
    assert in_notify("^ Taxis") == "\u02c6 Taxis"
    assert [in_notify(name)[0] for name in ("# 1 Motors", "* Stores", "> Ann")] == ["\\"] * 3
    assert in_notify("1. FC Example") == "1\\. FC Example"


def test_a_name_is_no_link_and_no_formula_in_a_print_file() -> None:
    arm = Arm.model_validate(campaign().plan.arms[1].model_dump())
    people = [
        customer(1, name="=cmd|' /C calc'!A0"),
        customer(2, name="[Refund](https://evil.example) www.evil.example"),
    ]
    letters = [compose(campaign(), Recipient(n, person), arm, b"k" * 32) for n, person in enumerate(people, start=1)]
    data = print_files(Batch(CAMPAIGN, 1, "print", AT, letters)).data.decode()
    formula, link = csv.DictReader(io.StringIO(data, newline=""))
    assert formula["name"] == " =cmd|' /C calc'!A0"
    assert "](https://evil" not in link["body"]
    assert "://evil" not in link["body"]
    assert "\\[Refund\\]" in link["body"]


def test_an_e_mail_has_the_date_of_its_issue_on_every_try() -> None:
    arm = Arm.model_validate(campaign().plan.arms[1].model_dump())
    letter = compose(campaign(), Recipient(1, customer(1, email="ann@example.org")), arm, b"k" * 32)
    smtp = Smtp(SmtpSettings(host="127.0.0.1", sender="tax@authority.example"))
    first, again = (smtp._message(replace(letter, issued_at=AT), "ann@example.org") for _ in range(2))
    dates = {message_from_bytes(message)["Date"] for message in (first, again)}
    assert dates == {"Mon, 07 Sep 2026 06:00:00 +0000"}
