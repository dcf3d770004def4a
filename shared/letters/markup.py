"""Values of customers within the mark-up of a letter: a name is text, never a link, a heading or a list."""

import re

_SCHEME = re.compile(r"(?<=[a-z0-9])://", re.IGNORECASE)
_WWW = re.compile(r"\bwww\.(?=\w)", re.IGNORECASE)
_PATH = re.compile(r"(?<=\w)\.(?=[a-z]{2,24}[/?#])", re.IGNORECASE)
_MAILBOX = re.compile(r"(?<=\w)@(?=[\w-]+\.\w)")
_SIGNS = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_HEADING = re.compile(r"\A(?=#{1,6}(?:\s|\Z)|[-+](?:\s|\Z)|[-=]+\Z)")
_NUMBERED = re.compile(r"\A(\d{1,9})(?=[.)](?:\s|\Z))")


def unlinked(value: str) -> str:
    """Returns the value with a blank where a mail program or a telephone would see a link: after a scheme or `www`, in
    a domain with a path, before the domain of a mailbox. A domain alone may be a trading name, and stays."""
    shown = _WWW.sub("www ", _SCHEME.sub(": //", value))
    return _MAILBOX.sub(" @ ", _PATH.sub(". ", shown))


def in_markdown(value: str) -> str:
    """Returns the value for a place in CommonMark, where it is shown as it stands."""
    shown = _SIGNS.sub(lambda sign: f"\\{sign[0]}", value)
    return _NUMBERED.sub(r"\1\\", _HEADING.sub(r"\\", shown))


def in_notify(value: str) -> str:
    """Returns the value for a place in the mark-up of GOV.UK Notify, which has no escape for `^` (an inset text)."""
    return in_markdown(f"\u02c6{value[1:]}" if value.startswith("^") else value)
