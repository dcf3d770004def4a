"""Books of intake: the requests it answered for, compared with its store and its events.

A fact is a line, such as `contact 17556c3d-… version 2`; the answers, the store and the events are lists of them.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pymongo
from aio_pika.abc import AbstractIncomingMessage

from services.intake.contacts.repository.rows import ContactRows
from shared.contracts import (
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    DeliveryReported,
    InformationVolunteered,
    OutcomesRecorded,
    ReferralRaised,
)
from shared.protection import Cipher, load_keyring
from tests.journeys.intake_alone import LISTENER, Alone


@dataclass
class Book:
    """The answers that callers hold: what must be `kept`, and what must be `said`, of each customer in order."""

    kept: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)

    def note(self, customer: str, *facts: str, said: bool = True, kept: bool = True) -> None:
        self.kept += facts if kept else ()
        self.said.setdefault(customer, []).extend(facts if said else ())

    def note_unordered(self, *facts: str) -> None:
        """Notes a stream, whose contacts are in no order."""
        for fact in facts:
            self.note(fact, fact)

    async def differences(self, intake: Alone) -> dict[str, list[str]]:
        """None where everything is there once and was said once, of each customer in order, and nothing else."""
        await intake.quiet()
        heard, kept = await _heard(intake), await asyncio.to_thread(_kept, intake)
        told = [fact for facts in self.said.values() for fact in facts]
        found = {
            "not kept": _more(self.kept, kept),
            "kept, not answered for": _more(kept, self.kept),
            "not said": _more(told, heard),
            "said, not answered for": _more(heard, told),
            "said out of order": self._out_of_order(heard),
        }
        return {what: facts for what, facts in found.items() if facts}

    def _out_of_order(self, heard: list[str]) -> list[str]:
        """Returns the facts said after something that their customer did later."""
        when = {fact: place for place, fact in enumerate(heard)}
        pairs = [pair for facts in self.said.values() for pair in pairwise(fact for fact in facts if fact in when)]
        return [f"{earlier}, after {later}" for earlier, later in pairs if when[earlier] > when[later]]


def _more(facts: list[str], others: list[str]) -> list[str]:
    """Returns the items that are among the one more often than among the others."""
    return sorted((Counter(facts) - Counter(others)).elements())


async def _heard(intake: Alone) -> list[str]:
    """In the order in which it was said first; of an event said twice, once."""
    queue = await intake.channel.get_queue(LISTENER)
    bodies: dict[str, bytes] = {}
    facts: list[str] = []
    while (message := await queue.get(fail=False, no_ack=True)) is not None:
        event = str(message.message_id)
        facts += _told_in(message) if event not in bodies else ()
        assert bodies.setdefault(event, message.body) == message.body, "the same event, but it says something else"
    return facts


def _told_in(message: AbstractIncomingMessage) -> list[str]:
    body = message.body
    match message.routing_key:
        case ContactRecorded.event_type:
            return [f"contact {ContactRecorded.model_validate_json(body).contact}"]
        case ContactsRecorded.event_type:
            return [f"contact {each.contact}" for each in ContactsRecorded.model_validate_json(body).contacts]
        case ContactCorrected.event_type:
            changed = ContactCorrected.model_validate_json(body)
            return [changed_to(changed.contact, changed.version, changed.void)]
        case InformationVolunteered.event_type:
            return [f"volunteered {InformationVolunteered.model_validate_json(body).disclosure}"]
        case ReferralRaised.event_type:
            raised = ReferralRaised.model_validate_json(body)
            return [f"referred {raised.contact} to {raised.team}"]
        case OutcomesRecorded.event_type:
            return [f"outcome {fact.id}" for fact in OutcomesRecorded.model_validate_json(body).facts]
        case DeliveryReported.event_type:
            reported = DeliveryReported.model_validate_json(body)
            return [f"{reported.state} {reported.reference} at {reported.at.isoformat()}"]
    return [f"{message.routing_key}, which nothing was the cause of"]


def changed_to(contact: str, version: int, void: bool) -> str:
    return f"contact {contact} version {version}{' void' if void else ''}"


def _kept(intake: Alone) -> list[str]:
    with pymongo.MongoClient[dict[str, Any]](intake.mongo_url) as client:
        database = client[intake.database]
        contacts = _contacts(database, Cipher(load_keyring(intake.home.keyring)))
        return [*_facts(database, contacts), *_amiss(database, contacts)]


def _contacts(database: Any, cipher: Cipher) -> list[dict[str, Any]]:
    """One that was both in a block and by itself is there twice."""
    rows = ContactRows(cipher)
    return [row for document in database["contacts"].find() for row in rows.opened([document])]


def _amiss(database: Any, contacts: list[dict[str, Any]]) -> Iterator[str]:
    """Counters that do not fit the contacts, and files that do not fit what is known of them."""
    counted = sum(row["contacts"] for row in database["volumes"].find())
    if counted != (count := sum(not row["void"] for row in contacts)):
        yield f"{counted} contacts counted of {count}"
    known = {row["file"] for row in database["attachments"].find()}
    for file in known ^ set(database["attachment_files.chunks"].distinct("files_id")):
        yield f"file {file} {'without content' if file in known else 'that is known of nowhere'}"


def _facts(database: Any, contacts: list[dict[str, Any]]) -> Iterator[str]:
    voided = {(row["_id"], row["version"]) for row in contacts if row["void"]}
    yield from (f"contact {row['_id']}" for row in contacts)
    for row in database["contact_history"].find():
        contact, version = row["contact"], row["version"] + 1
        yield changed_to(contact, version, (contact, version) in voided)
    for row in database["disclosures"].find():
        yield f"volunteered {row['_id']}"
        yield from (f"{step['state']} {row['_id']}" for step in row["history"][1:])
    for row in database["referrals"].find():
        yield f"referred {row['contact']} to {row['team']}"
        yield from (f"{step['state']} {row['_id']}" for step in row["history"])
    yield from (f"attached {row['_id']}" for row in database["attachments"].find())
    yield from (f"outcome {row['_id']}" for row in database["outcomes"].find())
    yield from (f"report of {row['reported']['passed_on']}" for row in database["delivery_reports"].find())
