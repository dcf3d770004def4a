"""One recipient's letter, as a task queue's worker would issue it: read, compose, record, print, say; each durable.

It is the same job as dispatcher's, a recipient at a time: the same encryption, composing and references, a ledger
entry with a majority write, a print file closed and on disk, and a confirmed event.
"""

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pymongo import MongoClient

from bench.plan import CAMPAIGN, MONDAY, approved
from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.channels.printing.files import HEADER
from services.dispatcher.customers.customer import Customer, Recipient
from services.dispatcher.letters.communication import Communication, compose
from shared.protection import Cipher, Keyring

KEYRING = Keyring("bench", {"bench": b"e" * 32}, b"i" * 32, b"r" * 32)
DATABASE, FOLDER = os.environ.get("BENCH_DATABASE", "bench"), Path(os.environ.get("BENCH_FOLDER", "."))
MONGO, AMQP = os.environ.get("BENCH_MONGO", ""), os.environ.get("BENCH_AMQP", "")
PLAN = DispatchedCampaign(reference=CAMPAIGN, number=1, plan=approved(1000))
CIPHER = Cipher(KEYRING)
DONE = "bench.done"


@dataclass(frozen=True)
class Issued:
    entry: dict[str, Any]
    event: bytes


def recipients(size: int) -> list[dict[str, Any]]:
    """As they wait in the store."""
    return [{"_id": row, "personal": CIPHER.encrypt(_person(row), f"bench:{row}")} for row in range(1, size + 1)]


def issue(document: dict[str, Any]) -> Issued:
    """Compose and print it; the entry and the event are for the caller to store and to say, in that order."""
    row = document["_id"]
    person = CIPHER.decrypt(document["personal"], f"bench:{row}")
    customer = Customer(**person, address=("1 Larkspur Mews", "Netherfold"), flags=frozenset(), cluster=None)
    letter = compose(PLAN, Recipient(row, customer), PLAN.plan.arms[row % 2], KEYRING.references)
    _print(letter)
    entry = {"_id": letter.reference, "campaign": CAMPAIGN, "chunk": row, "row": row, "arm": letter.arm.code,
             "state": "issued", "channel": "print", "language": "en", "format": "standard", "plan": 1,
             "at": MONDAY}  # fmt: skip
    event = {"campaign": CAMPAIGN, "reference": letter.reference, "arm": letter.arm.code, "language": "en"}
    return Issued(entry, orjson.dumps(event))


def store() -> Any:
    return MongoClient(MONGO, w="majority", journal=True)[DATABASE]


def _person(row: int) -> dict[str, Any]:
    return {"reference": f"{row:010d}", "name": f"Aled Cwmbach {row}", "postcode": "ZZ1 1ZZ", "language": "en",
            "stratum": "all"}  # fmt: skip


def _print(letter: Communication) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerow(
        (letter.reference, letter.language, letter.format, letter.customer.name, letter.subject, letter.body)
    )
    file = FOLDER / f"{letter.reference}.csv"
    with file.with_suffix(".part").open("wb") as out:
        out.write(text.getvalue().encode())
        out.flush()
        os.fsync(out.fileno())
    file.with_suffix(".part").replace(file)
