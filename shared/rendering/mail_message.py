"""Mail messages as bytes, whose headers show text as it is.

The standard library reads a header's value before it writes it: an encoded word in a title (`=?utf-8?q?a=0D=0ABcc:?=`)
becomes a line break and a header of its own. Here a value is never read: plain text is written as it is, any other as
encoded words (RFC 2047) made from the whole of it.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP

from shared.errors import Permanent

LINE_CHARACTERS = 76
"""The longest line that holds an encoded word, by RFC 2047."""
BODY_POLICY = SMTP.clone(cte_type="7bit")
"""Bodies are written so that every mail server can take them."""
_PLAIN = re.compile(r"[\x21-\x7e]{1,60}( [\x21-\x7e]{1,60})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PREFIX, _SUFFIX = "=?utf-8?b?", "?="


class UnwritableAddress(Permanent):
    """An e-mail address that no header can hold as it is."""

    code = "bad-address"


def message_bytes(headers: Mapping[str, str], body: EmailMessage) -> bytes:
    """Returns a message: `headers` in their order, then the headers and content of `body`, which has only its own."""
    lines = (header_line(name, value) for name, value in headers.items())
    return "".join(lines).encode("ascii") + body.as_bytes(policy=BODY_POLICY)


def header_line(name: str, value: str) -> str:
    """Returns a header with its line ends. Controls and line breaks of `value` become blanks."""
    text = _CONTROL.sub(" ", value).strip()
    if "=?" not in text and _PLAIN.fullmatch(text):
        return _folded(f"{name}:", text.split(" "))
    return _folded(f"{name}:", _encoded_words(text, LINE_CHARACTERS - len(name) - len(": ")))


def address(value: str) -> str:
    """Returns an e-mail address as a header may hold it, with the domain in its ASCII form.

    Raises `UnwritableAddress` for one that a header could show as something else.
    """
    local, at, domain = value.rpartition("@")
    try:
        written = f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        written = ""
    if "=?" in written or not _ADDRESS.fullmatch(written):
        raise UnwritableAddress("this e-mail address cannot be written in a message")
    return written


def _folded(start: str, words: Iterator[str] | list[str]) -> str:
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE_CHARACTERS and lines[-1] != start:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


def _encoded_words(text: str, first: int) -> Iterator[str]:
    """Yields encoded words, of which the first is at most `first` characters long; characters are never cut."""
    room, part = first, b""
    for sign in text:
        more = sign.encode("utf-8", "replace")
        if part and len(_encoded(part + more)) > room:
            yield _encoded(part)
            room, part = LINE_CHARACTERS - 1, b""
        part += more
    yield _encoded(part)


def _encoded(part: bytes) -> str:
    return _PREFIX + base64.b64encode(part).decode("ascii") + _SUFFIX
