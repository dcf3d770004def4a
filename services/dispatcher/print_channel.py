"""Print: for each chunk a data file and a manifest in the letter issuer's folder."""

import asyncio
import csv
import hashlib
import io
import json
import os
from pathlib import Path

from services.dispatcher.channels import Batch
from services.dispatcher.communication import Communication

ADDRESS_LINES = 4
HEADER = ("letter_reference", "language", "format", "name",
          *(f"address_{n}" for n in range(1, ADDRESS_LINES + 1)), "postcode", "subject", "body")  # fmt: skip


class PrintChannel:
    """Files appear whole or not at all, the manifest last: where there is a manifest, its data file is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, batch: Batch) -> None:
        await asyncio.to_thread(self._write, batch)

    def _write(self, batch: Batch) -> None:
        folder = self._folder / batch.campaign
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{batch.campaign}-{batch.chunk:06d}"
        data = _data(batch)
        _write_whole(folder / f"{name}.csv", data)
        _write_whole(folder / f"{name}.manifest.json", _manifest(batch, f"{name}.csv", data))


def _data(batch: Batch) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_record(communication) for communication in batch.communications)
    return text.getvalue().encode()


def _record(communication: Communication) -> tuple[str, ...]:
    customer = communication.customer
    address = (*customer.address, *[""] * ADDRESS_LINES)[:ADDRESS_LINES]
    return (
        communication.reference, communication.language, communication.format, customer.name, *address,
        customer.postcode, communication.subject, communication.body,
    )  # fmt: skip


def _manifest(batch: Batch, file: str, data: bytes) -> bytes:
    manifest = {
        "campaign": batch.campaign,
        "chunk": batch.chunk,
        "file": file,
        "records": len(batch.communications),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "issued_at": batch.issued_at.isoformat(),
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"


def _write_whole(file: Path, data: bytes) -> None:
    """On disk before it is seen under its name; again, the same bytes replace themselves."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
