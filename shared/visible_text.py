"""Text that a person can see: no control characters, which would end up in a file, a terminal or a page."""

import re

from shared.errors import Invalid, Malformed, Problem

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])|[bf])", re.IGNORECASE)
"""In JSON, where those below U+0020 can only stand escaped. Line ends and tabs are no harm."""
_RAW = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
"""U+007F to U+009F, which JSON lets stand as they are, in UTF-8. 0xC2 only ever begins a character."""


def expect_visible(json: bytes) -> None:
    """Raises `Invalid` when a text in it has control characters other than line ends and tabs.

    In UTF-16 and UTF-32, which Python would read too, we could not tell: that is `Malformed`.
    """
    if b"\0" in json:
        raise Malformed("send JSON in UTF-8")
    if (b"\\" in json and _ESCAPED.search(json)) or _RAW.search(json):
        raise invisible("body")


def invisible(where: str) -> Invalid:
    message = "control characters are not accepted, other than line ends and tabs"
    return Invalid(message, Problem(where, "control-character", message))
