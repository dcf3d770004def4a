"""Customers getting in touch: what the helpline's and the letter issuer's systems report about the letters sent."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

RATE = 0.3
"""The part of the first letters after which somebody gets in touch within days: far more than was forecast."""
OVER_DAYS = 2
REASONS = {
    "help-to-act": 40,
    "why-me": 25,
    "change-to-return": 15,
    "cannot-pay": 10,
    "not-theirs": 4,
    "complaint": 3,
    "other": 3,
}
KINDS = ("unprompted-correction", "extra-facts", "disclosure")
VOLUNTEERS = 0.12
ISSUERS_PART = 0.3


@dataclass(frozen=True, slots=True)
class Call:
    """One report to intake, its caller, and the Idempotency-Key that goes with it."""

    subject: str
    path: str
    key: str
    report: dict[str, Any]


def letters_in(folder: Path, recipient: str = "customer") -> list[str]:
    """The references on the letters in the letter issuer's folder, as customers can read them out; or on the copies of
    their agents, where `recipient` is `agent`."""
    references = []
    for file in sorted(folder.rglob("*.csv")):
        with file.open(newline="") as letters:
            records = csv.DictReader(letters)
            references += [record["letter_reference"] for record in records if record["recipient"] == recipient]
    return references


def calls(references: list[str], since: datetime, seed: int) -> Iterator[Call]:
    """The calls: the same for the same letters and seed. The first caller needs extra support."""
    random = Random(seed)  # noqa: S311 - invents calls
    callers = random.sample(references, round(len(references) * RATE))
    for number, reference in enumerate(callers):
        yield _call(random, number, _as_read_out(random, reference), since)
    yield _call(random, len(callers), "23456-7ZZZZ", since)  # a letter that nobody sent


def _call(random: Random, number: int, reference: str, since: datetime) -> Call:
    by_issuer = random.random() < ISSUERS_PART
    report: dict[str, Any] = {
        "letter_reference": reference,
        "channel": random.choice(("phone", "phone", "phone", "post", "email")),
        "reason": random.choices(list(REASONS), list(REASONS.values()))[0],
        "received_at": (since + timedelta(seconds=random.randint(0, OVER_DAYS * 86_400))).isoformat(),
        "duration_seconds": max(30, round(random.gauss(828, 240))),
        "note": f"Caller {number} asked about the letter.",
    }
    if number == 0:
        report |= {"reason": "extra-support", "support_offered": "A call back from the extra support team"}
    if random.random() < VOLUNTEERS:
        report["volunteered"] = {
            "kind": random.choice(KINDS),
            "description": f"Caller {number} says that rent of a second flat was left out as well.",
            "period": "2024-25",
            "amount_pence": random.randint(50_000, 900_000),
        }
    path = "/v1/letter-issuer/contacts" if by_issuer else "/v1/contacts"
    return Call("letter-issuer" if by_issuer else "helpline", path, f"call-{number}", report)


def _as_read_out(random: Random, reference: str) -> str:
    return random.choice((reference, reference.lower(), reference.replace("-", " "), reference.replace("-", "")))
