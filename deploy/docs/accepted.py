"""The part of what-we-accept.md that the readers write themselves: examples, each read by the reader, and limits."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from services.dispatcher.app import LIST_BYTES, POPULATION_BYTES
from services.dispatcher.customers.customer import FLAGS, FORMATS
from services.dispatcher.customers.fields import FIELD_CHARACTERS
from services.dispatcher.files.csv_rows import MOST_ROWS
from services.dispatcher.suppression.rules_file import load_suppression_rules
from services.intake.app import ATTACHMENT_BYTES, BATCH_BYTES
from services.intake.disclosures.attachment import ALLOWED, MOST_ATTACHMENTS
from services.intake.ndjson import LINE_BYTES, MOST_LINES
from shared.errors import Invalid
from shared.messaging.envelope import LARGEST_BODY
from shared.protection import SECRET_BYTES
from shared.reading.addresses import nameless, placeholder
from shared.reading.csv_records import RECORD_CHARACTERS
from shared.reading.dates import read_day
from shared.reading.emails import email_address
from shared.reading.phones import phone_number
from shared.reading.postcodes import postcode
from shared.reading.references import ReferenceKind, read_reference
from shared.reading.text import Unfit, cleaned

MARK = "<!-- All below is written by `python -m deploy.docs`: each example has been read by the reader. -->"
Read = Callable[[str], object]
EXAMPLES: tuple[tuple[str, Read, tuple[str, ...]], ...] = (
    ("name", cleaned, ("Ann\u00a0 Other", "\ufeffAnn Other", "ty\u0302", "Llanfair\ufffdont", "Ann\x07")),
    ("name missing", nameless, ("#N/A", "-", "Null")),
    ("address line left out", placeholder, ("n/a", "-", "unknown", "#N/A", "0", "1 High Street")),
    ("postcode", postcode, ("zz11zz", "ZZ1  1ZZ", "bfpo 57", "HIGH STREET")),
    ("phone", phone_number, ("01632 960001", "+44 (0)1632 960001", "7700900123.0", "7.700900123", "ring Ann")),
    (
        "email",
        email_address,
        (
            "ann@example.org",
            "O\u2019Brien@example.org",
            "mailto:ann@example.org",
            "Ann <ann@example.org>",
            "ann@example",
        ),
    ),
    ("day", read_day, ("2026-09-10", "2026\u201309\u201310", "10/09/2026", "20260910", "2026-02-30", "0202-09-10")),
    (
        "UTR",
        partial(read_reference, ReferenceKind.UTR),
        (
            "19558 39661K",
            "\uff11\uff19\uff15\uff15\uff18 39661",
            "123 1955839661",
            "195583966.1",
            "1955839661.0",
            "2955839661",
        ),
    ),
    (
        "VAT number",
        partial(read_reference, ReferenceKind.VRN),
        ("GB 980 7806 84", "XI980780684", "980780684 001", "98078068"),
    ),
    ("NINO", partial(read_reference, ReferenceKind.NINO), ("ab 12 34 56 c", "AB123456", "BG123456C")),
    (
        "PAYE reference",
        partial(read_reference, ReferenceKind.PAYE),
        ("123/ab456", "123 AB456", "123/AB456.0", "1234/AB"),
    ),
)


def accepted(text: str) -> str:
    """Returns the document with its last part as the readers have it now."""
    before, _, _ = text.partition(MARK)
    parts = (before.rstrip(), MARK, "## Examples, as they are read", _examples(), "## Words and limits", _limits())
    return "\n\n".join(parts) + "\n"


def document(folder: Path) -> str:
    return accepted((folder / "what-we-accept.md").read_text())


def _examples() -> str:
    rows = [f"| {name} | {_shown(text)} | {_read(read, text)} |" for name, read, texts in EXAMPLES for text in texts]
    return "\n".join(("| thing | written | read as |", "| --- | --- | --- |", *rows))


def _read(read: Read, text: str) -> str:
    try:
        found = read(text)
    except Unfit as unfit:
        return f"refused: `{unfit.rule}`"
    except (Invalid, ValueError) as error:
        return f"refused: {error}"
    return ("yes" if found else "no") if isinstance(found, bool) else f"`{found}`"


def _shown(text: str) -> str:
    """Returns the text with signs that nobody sees by their number."""
    seen = "".join(sign if " " <= sign <= "~" else f"<U+{ord(sign):04X}>" for sign in text)
    return f"`{seen}`"


def _limits() -> str:
    listed = ", ".join(f"`{code}`" for code in sorted(load_suppression_rules().listed))
    rows = {
        "flags of a customer": ", ".join(f"`{flag}`" for flag in sorted(FLAGS)),
        "formats of a letter": ", ".join(f"`{each}`" for each in ("standard", *FORMATS)),
        "reasons of a suppression list": listed,
        "attachments, by what is in them": ", ".join(f"`{kind}`" for kind in ALLOWED),
        "attachment": f"{ATTACHMENT_BYTES:,} bytes, {MOST_ATTACHMENTS} to a disclosure",
        "population": f"{POPULATION_BYTES:,} bytes, {MOST_ROWS:,} rows, {RECORD_CHARACTERS:,} characters in a row, "
        f"{FIELD_CHARACTERS} in a field",
        "suppression list": f"{LIST_BYTES:,} bytes",
        "stream of contacts or outcomes": f"{BATCH_BYTES:,} bytes, {MOST_LINES:,} lines, {LINE_BYTES:,} bytes in one",
        "event": f"{LARGEST_BODY:,} bytes",
        "signing secret": f"{SECRET_BYTES} bytes or more",
    }
    return "\n".join(
        ("| thing | what there is |", "| --- | --- |", *(f"| {name} | {said} |" for name, said in rows.items()))
    )
