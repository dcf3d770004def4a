"""Documents of contacts in MongoDB: one for each contact, or a block for several that came in a stream.

A block is a document of the same collection, found by the names of all who are in it. They are encrypted together, as
rows that have what the customer said in the open, under `said`.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from services.intake.contacts.block import block_of
from services.intake.contacts.contact import Contact, ContactReport
from services.intake.contacts.receipt import Receipt, recognition
from services.intake.disclosures.disclosure import disclosure_reference
from shared.clock import to_the_millisecond
from shared.customers.generations import is_token
from shared.protection import Cipher
from shared.storage.store import Document

PLAIN = ("channel", "reason", "outcome", "received_at", "duration_seconds")
INSTANTS = ("received_at", "recorded_at")
TOKENS = ("customer", "given")


class ContactRows:
    """`lift` gives the newest token of a customer by an earlier one: where tokens are encrypted, they stay as they were
    written, and are lifted as they are read."""

    def __init__(self, cipher: Cipher, lift: Callable[[str], str] = str) -> None:
        self._cipher = cipher
        self._lift = lift

    def single(self, contact: Contact) -> Document:
        """Returns the document of a contact, without the digest of its report."""
        return self.by_itself(_row(contact))

    def block(self, contacts: Sequence[tuple[Contact, str]]) -> Document:
        """Returns the document of one block. Its contacts were recorded together; each has the digest of its report."""
        first = contacts[0][0]
        rows = [_row(contact) | {"digest": digest} for contact, digest in contacts]
        return {
            "_id": block_of(first.id),
            "about": list(dict.fromkeys(name for row in rows for name in row["about"])),
            "recorded_at": first.recorded_at,
            **self._held(block_of(first.id), rows),
        }

    def emptied(self, block: str) -> Document:
        """Returns the fields that empty a block whose contacts have documents of their own now. The block stays, so
        that none of them can come in it a second time."""
        return {"about": [], **self._held(block, [])}

    def opened(self, documents: Iterable[Document], about: Container[str] | None = None) -> list[Document]:
        """Returns the rows of the contacts in these documents: all, or those with one of the names."""
        rows: dict[str, Document] = {}
        for document in sorted(documents, key=lambda document: "block" not in document):
            rows |= {row["_id"]: row for row in (self._in(document) if "block" in document else [document])}
        return [row for row in rows.values() if about is None or any(name in about for name in row["about"])]

    def by_itself(self, row: Document) -> Document:
        """Returns a row that was in a block as a document of its own."""
        plain = {name: value for name, value in row.items() if name != "said"}
        return plain | {"personal": self._cipher.encrypt(row["said"], _place(row["_id"]))}

    def said(self, row: Document) -> dict[str, Any]:
        """Returns the customer's words, without the volunteered information."""
        said: dict[str, Any] = (
            row["said"] if "said" in row else self._cipher.decrypt(row["personal"], _place(row["_id"]))
        )
        return said

    def report(self, row: Document) -> ContactReport:
        return ContactReport.model_validate({name: row[name] for name in PLAIN} | self.said(row))

    def _held(self, block: str, rows: Sequence[Document]) -> Document:
        return {"block": len(rows), "personal": self._cipher.encrypt(rows, _place(block))}

    def _in(self, block: Document) -> Iterable[Document]:
        for row in self._cipher.decrypt(block["personal"], _place(block["_id"])):
            names = {"about": [self._lift(name) if is_token(name) else name for name in row["about"]]}
            yield self.lifted(row) | names | {name: _instant(row[name]) for name in INSTANTS}

    def lifted(self, row: Document) -> Document:
        """Returns the row with the newest tokens of its customers."""
        return row | {name: self._lift(row[name]) for name in TOKENS if row.get(name)}


def receipt_of(row: Document) -> Receipt:
    """Returns the receipt as it was given first, whatever has been corrected since."""
    if first := row.get("receipt"):
        return Receipt.model_validate(first)
    return Receipt(
        contact=row["_id"],
        letter=row["reference"],
        campaign=row["campaign"],
        arm=row["arm"],
        disclosure=row["disclosure"],
        disclosure_reference=disclosure_reference(row["disclosure"]) if row["disclosure"] else None,
        referred_to=tuple(referral["team"] for referral in row["referrals"]),
        customer=row.get("recognition"),
    )


def _instant(written: str) -> datetime:
    """Returns the instant in UTC to the millisecond, as MongoDB gives those of a document of its own."""
    return to_the_millisecond(datetime.fromisoformat(written).astimezone(UTC))


def _place(identifier: str) -> str:
    return f"contacts.personal:{identifier}"


def _row(contact: Contact) -> Document:
    report = contact.report
    return {
        "_id": contact.id,
        "version": contact.version,
        "void": contact.void,
        "about": contact.about,
        "campaign": contact.campaign,
        "arm": contact.arm,
        "reference": contact.reference,
        "customer": contact.customer,
        "given": contact.given,
        "recognition": recognition(contact),
        "recorded_by": contact.recorded_by,
        "team": contact.team,
        "channel": report.channel,
        "reason": report.reason,
        "outcome": report.outcome,
        "received_at": report.received_at,
        "duration_seconds": report.duration_seconds,
        "support": report.reason == "extra-support" or bool(report.support_offered),
        "disclosure": contact.disclosure,
        "referrals": [referral.model_dump() for referral in contact.referrals],
        "recorded_at": contact.recorded_at,
        "said": report.personal(),
    }
