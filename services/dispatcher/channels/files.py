"""What the letter issuer gets for a chunk: a data file, and a manifest to check it against."""

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass

from services.dispatcher.channels.channel import Batch
from services.dispatcher.communication import Communication

ADDRESS_LINES = 4
HEADER = ("letter_reference", "language", "format", "name",
          *(f"address_{n}" for n in range(1, ADDRESS_LINES + 1)), "postcode", "subject", "body")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintFiles:
    """Made again from the same batch they are the same bytes."""

    data_name: str
    data: bytes
    manifest_name: str
    manifest: bytes


def print_files(batch: Batch) -> PrintFiles:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows([_record(communication) for communication in batch.communications])
    data = text.getvalue().encode()
    name = f"{batch.name}.csv"
    return PrintFiles(name, data, f"{batch.name}.manifest.json", _manifest(batch, name, data))


def _record(communication: Communication) -> tuple[str, ...]:
    customer = communication.customer
    address = (*customer.address, *[""] * ADDRESS_LINES)[:ADDRESS_LINES]
    return (
        communication.reference, communication.language, communication.format, customer.name, *address,
        customer.postcode, communication.subject, communication.body,
    )  # fmt: skip


def _manifest(batch: Batch, file: str, data: bytes) -> bytes:
    """`totals` are to be counted again by whoever prints: by language, by format and by arm."""
    letters = batch.communications
    manifest = {
        "campaign": batch.campaign,
        "chunk": batch.chunk,
        "file": file,
        "records": len(letters),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "totals": {
            "language": dict(sorted(Counter(letter.language for letter in letters).items())),
            "format": dict(sorted(Counter(letter.format for letter in letters).items())),
            "arm": dict(sorted(Counter(letter.arm.code for letter in letters).items())),
        },
        "issued_at": batch.issued_at.isoformat(),
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"
