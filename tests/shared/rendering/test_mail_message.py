"""No value becomes a header, and every reader of mail sees a value as it was."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.rendering.mail_message import UnwritableAddress, address, header_line, message_bytes

INJECTED = "Hello =?utf-8?q?a=0D=0ABcc=3A_evil=40evil.example?= =?utf-8?q?=0D=0A=0D=0A?="
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def read(subject: str) -> tuple[list[str], str, str]:
    """Returns the names of the headers, the subject as RFC 2047 reads it, and the body."""
    body = EmailMessage()
    body.set_content("The body\n")
    raw = message_bytes({"From": "a@authority.example", "Subject": subject}, body)
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")) <= 78
    parsed = message_from_bytes(raw, policy=policy.compat32)
    shown = str(make_header(decode_header(str(parsed["Subject"]))))
    return parsed.keys(), shown, str(parsed.get_payload())


@given(TEXT)
@example(INJECTED)
@example("a\r\nBcc: evil@evil.example\r\n\r\nBody")
@example("Incwm o osod eiddo – Ŵyl " * 9)
@example("=?utf-8?b?Cg==?=")
@example("x" * 200)
def test_any_subject_is_shown_as_it_is_and_adds_no_header_and_no_body(subject: str) -> None:
    names, shown, body = read(subject)
    assert names == ["From", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert "".join(shown.split()) == "".join(
        "".join(
            " " if ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u2028\u2029" else sign for sign in subject
        ).split()
    )
    assert body == "The body\r\n"


def test_a_plain_subject_stays_readable_in_the_source() -> None:
    assert header_line("Subject", "OTM-26-0042: calls to expect") == "Subject: OTM-26-0042: calls to expect\r\n"


@pytest.mark.parametrize(
    "wrong",
    [
        "=?utf-8?q?a=0D=0ABcc?=@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a, b@x.example",
        "<a@x.example>",
        "é@x.example",
        "a@",
    ],
)
def test_an_address_that_could_be_read_as_something_else_is_refused(wrong: str) -> None:
    with pytest.raises(UnwritableAddress):
        address(wrong)


def test_the_domain_of_an_address_is_written_in_ascii() -> None:
    assert address("a.b+c@bücher.example") == "a.b+c@xn--bcher-kva.example"
