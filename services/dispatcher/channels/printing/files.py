"""Files that the letter issuer gets for a chunk: the data, and a manifest to check it against."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch
from services.dispatcher.customers.agent import Agent
from services.dispatcher.customers.customer import FORMATS, STANDARD, Customer
from services.dispatcher.letters.communication import Communication
from services.dispatcher.schedule.chunk import FileDigests
from shared.letters.markup import in_markdown

PRINT = ChannelCapabilities(frozenset(FORMATS), agent_copies=True)
"""Capabilities of a letter issuer."""
MANIFEST = ".manifest.json"
ADDRESS_LINES = 4
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Signs that begin a formula; some spreadsheets take the wide ones too."""
ADDRESS = tuple(f"address_{n}" for n in range(1, ADDRESS_LINES + 1))
HEADER = ("letter_reference", "language", "format", "name", *ADDRESS, "postcode", "subject", "body", "recipient")


@dataclass(frozen=True, slots=True)
class PrintFiles:
    """Files of one batch. Made again from it, they are the same bytes."""

    data_name: str
    data: bytes
    manifest_name: str
    manifest: bytes

    @property
    def digests(self) -> FileDigests:
        return FileDigests(hashlib.sha256(self.data).hexdigest(), hashlib.sha256(self.manifest).hexdigest())


@dataclass(frozen=True, slots=True)
class Piece:
    """Record of the file: `recipient` is `customer`, or `agent` for the copy that follows the customer's letter."""

    letter: Communication
    recipient: str
    format: str
    to: Customer | Agent = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)


def print_files(batch: Batch) -> PrintFiles:
    pieces = [piece for communication in batch.communications for piece in _pieces(communication)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows([_record(piece) for piece in pieces])
    data = text.getvalue().encode()
    name = f"{batch.name}.csv"
    return PrintFiles(name, data, manifest_name(batch), _manifest(batch, pieces, name, data))


def manifest_name(batch: Batch) -> str:
    return f"{batch.name}{MANIFEST}"


def is_of(manifest: bytes | str, batch: Batch) -> bool:
    """Returns whether the manifest is that of this batch as it was settled, and not of another file of its name."""
    return bool(json.loads(manifest)["issued_at"] == batch.issued_at.isoformat())


def _pieces(letter: Communication) -> Iterator[Piece]:
    yield Piece(letter, "customer", letter.format, letter.customer, letter.subject, letter.marked_up(in_markdown))
    if letter.copy:
        yield Piece(
            letter, "agent", STANDARD, letter.copy.agent, letter.copy.subject, letter.copy.marked_up(in_markdown)
        )


def _record(piece: Piece) -> tuple[str, ...]:
    address = (*piece.to.address, *[""] * ADDRESS_LINES)[:ADDRESS_LINES]
    written = (piece.to.name, *address, piece.to.postcode, piece.subject, piece.body)
    return (piece.letter.reference, piece.letter.language, piece.format, *map(_as_text, written), piece.recipient)


def _as_text(value: str) -> str:
    """Returns the value with a blank before a sign that a spreadsheet would take for the beginning of a formula."""
    return f" {value}" if value.startswith(FORMULA) else value


def _manifest(batch: Batch, pieces: Sequence[Piece], file: str, data: bytes) -> bytes:
    """Makes the manifest. Its `totals`, by language, format, arm and recipient, are there for the printer to count
    again."""
    manifest = {
        "campaign": batch.campaign,
        "chunk": batch.chunk,
        "file": file,
        "records": len(pieces),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "totals": {
            "language": dict(sorted(Counter(piece.letter.language for piece in pieces).items())),
            "format": dict(sorted(Counter(piece.format for piece in pieces).items())),
            "arm": dict(sorted(Counter(piece.letter.arm.code for piece in pieces).items())),
            "recipient": dict(sorted(Counter(piece.recipient for piece in pieces).items())),
        },
        "issued_at": batch.issued_at.isoformat(),
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"
