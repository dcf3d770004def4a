"""An export in words that a customer can read: what it says, in order, without what only machines need."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from services.intake.disclosures.disclosure import disclosure_reference
from shared.clock import LONDON
from shared.customers.reference import OWN
from shared.customers.subject_access import Export, Record

TITLES = {
    "letters": "Letters we sent you",
    "contacts": "When you got in touch",
    "contact_history": "What we had recorded before it was corrected",
    "disclosures": "What you told us",
    "attachments": "Files you sent us",
    "referrals": "Teams we passed you to",
    "outcomes": "What happened in the end",
}
LABELS = {
    "arm": "Version of the letter", "lines_to_take": "Our answers, version", "reference": "Letter",
    "letter_reference": "Letter, as you gave it", "disclosure": "What you told us", "why": "Why it was changed",
    "by": "By", "owner": "Team that deals with it", "due": "To be dealt with by", "on": "On", "duration": "How long",
    "media_type": "Type", "file": "In the archive", "support_offered": "Support we offered", "report": "What we had",
    "tax": "Tax", "outcome": "Outcome", "expected_liability": "You may have to pay",
}  # fmt: skip
HIDDEN = frozenset({"id", "version", "contact", "customer", "given", "void"})
"""Names and numbers of ours, which say nothing to a reader; the JSON file has them all."""
WORDS_OF_THEIRS = frozenset(
    {"note", "description", "support_offered", "message", "what", "period", "caller_name", "caller_phone",
     "letter_reference", "reference", "file", "media_type"}
)  # fmt: skip
"""Given as they stand; anything else may be a code of ours."""
LANGUAGES = {"en": "English", "cy": "Welsh"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CODE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)+")


class Line(NamedTuple):
    """`label` is what a field is called; a `gap` is the end of a record."""

    kind: Literal["title", "heading", "text", "field", "gap"]
    words: str = ""
    label: str = ""


def as_lines(export: Export) -> Iterator[Line]:
    yield Line("title", "What we hold about you")
    yield Line("text", f"Made on {_spelt('', export.made_at)}. Letters: {', '.join(export.letters) or 'none'}.")
    yield Line("text", "All times are those of London. The JSON file that comes with this has every technical detail.")
    if export.restricted:
        yield Line("text", "Your data is restricted: we keep it, but do not use it.")
    for name, rows in export.holdings.items():
        yield Line("heading", TITLES.get(name, _words(name)))
        for row in rows:
            yield from _record(name, row)
            yield Line("gap")
    yield Line("heading", "Who has seen it")
    for entry in export.seen_by:
        yield Line("field", f"{_words(entry['who'])}: {_words(entry['what'])}", _spelt("", entry["at"]))


def _record(kind: str, row: Record) -> Iterator[Line]:
    """Yields the lines of a record, without repeating what several of its fields say."""
    if kind == "letters":
        yield Line("field", row["id"], "Letter")
    yield from dict.fromkeys(_fields(row))


def _fields(row: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in row.items():
        if name in HIDDEN or value in (None, "", [], {}, ()):
            continue
        if name == "customer_reference":
            yield Line("field", f"{_kind(value)} {value['reference']}".strip(), "Your reference")
        elif isinstance(value, Mapping):
            yield from _fields(value) if name != "letter" else ()
        elif isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value):
            yield from (Line("field", _together(each), _label(name) if not n else "") for n, each in enumerate(value))
        else:
            of_theirs = name == "reference" and value.startswith("V-")  # for what they told us
            yield Line("field", _spelt(name, value), "Reference" if of_theirs else _label(name))


def _kind(reference: Mapping[str, Any]) -> str:
    """Returns the kind of a reference; for a campaign's own references, with the campaign where it was said."""
    return str(reference.get("campaign", "") if reference["kind"] == OWN else reference["kind"].upper())


def _together(row: Mapping[str, Any]) -> str:
    """One of several things in one line: a customer sees words, not brackets."""
    return "; ".join(f"{line.label.lower()}: {line.words}" for line in _fields(row))


def _spelt(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_pence"):
        return f"£{value // 100:,}.{value % 100:02}"
    if name == "duration_seconds":
        return f"{value // 60} min {value % 60} s"
    if name == "size":
        return f"{value:,} bytes"
    if name == "disclosure":
        return disclosure_reference(value)
    return _text(name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_spelt(name, each) for each in value)
    if isinstance(value, str) and name not in WORDS_OF_THEIRS:
        if INSTANT.fullmatch(value):
            value = datetime.fromisoformat(value)
        elif DAY.fullmatch(value):
            value = date.fromisoformat(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON):%-d %B %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if name == "language":
        return LANGUAGES.get(str(value), str(value))
    is_code = name not in WORDS_OF_THEIRS and CODE.fullmatch(str(value))
    return _words(value) if is_code else str(value)


def _label(name: str) -> str:
    plain = name.removesuffix("_pence").removesuffix("_seconds")
    return LABELS.get(plain, _words(plain).capitalize())


def _words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").replace(".", " ")
