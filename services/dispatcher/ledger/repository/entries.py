"""Entries of the ledger as they stand in the store: for each customer of a chunk one document."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from services.dispatcher.ledger.delivery import RANK, UNKNOWN, DeliveryReport
from services.dispatcher.ledger.entry import Bundle, LedgerEntry, LedgerRecord, Result, Unsent
from services.dispatcher.letters.communication import Communication
from services.dispatcher.schedule.chunk import Issue
from shared.storage.store import Document


def letter_document(issue: Issue, c: Communication, planned: bool) -> Document:
    return {
        "_id": c.reference,
        "row": c.row,
        "arm": c.arm.code,
        "state": "planned" if planned else "issued",
        "channel": c.arm.channel,
        "language": c.language,
        "format": c.format,
        "customer": c.token,
        **issue_fields(issue),
        **({"extra_support": True} if c.extra_support else {}),
        **({"copy": "agent"} if c.copy else {}),
    }


def unsent_document(campaign: str, unsent: Unsent, bundle: int | None) -> Document:
    return {
        "_id": f"{campaign}:{unsent.row}",
        "row": unsent.row,
        "arm": unsent.arm,
        "customer": unsent.customer,
        "reason": unsent.reason,
        **issue_fields(unsent.issue),
        **({"state": "suppressed-late", "part": unsent.channel} if unsent.channel else {"state": "control"}),
        **({"bundle": bundle} if unsent.channel and bundle else {}),
    }


def issue_fields(issue: Issue) -> Document:
    return {"at": issue.at, "plan": issue.plan_version, "lines": issue.lines_to_take}


def _issue_of(document: Document) -> Issue:
    return Issue(document["at"], document["plan"], document["lines"])


def entry_of(document: Document) -> LedgerEntry:
    return LedgerEntry(
        reference=document["_id"],
        row=document["row"],
        arm=document["arm"],
        channel=document["channel"],
        language=document["language"],
        outcome=document["state"],
        issue=_issue_of(document),
        reason=document.get("reason"),
        tried_at=document.get("tried_at", document["at"]) if document.get("tried") else None,
        put_off=document.get("put_off"),
        put_off_since=document.get("put_off_since"),
        customer=document.get("customer"),
        extra_support=document.get("extra_support", False),
        reported="rank" in document,
        provider_id=document.get("provider_id"),
    )


def record_of(document: Document) -> LedgerRecord:
    return LedgerRecord(
        reference=document["_id"],
        row=document["row"],
        arm=document["arm"],
        state=document["state"],
        channel=document.get("channel"),
        copied="copy" in document,
        confirmed="sent_at" in document,
        customer=document.get("customer"),
    )


def bundle_from(documents: Sequence[Document]) -> Bundle:
    suppressed = [document for document in documents if "part" in document]
    return Bundle(
        _issue_of((suppressed or documents)[0]),
        [entry_of(document) for document in documents if "channel" in document],
        Counter(document["reason"] for document in suppressed),
    )


def result_update(result: Result, at: datetime, bundle: int) -> UpdateOne:
    fields: Document = {"state": result.outcome, "provider_id": result.provider_id, "reason": result.reason}
    fields |= {"sent_at": at, "bundle": bundle}
    change: Document = {"$set": fields}
    if result.outcome == "issued":
        change |= report_update(
            DeliveryReport(result.reference, "accepted", at, "channel", provider_id=result.provider_id)
        )
        change["$set"] = fields
    return UpdateOne({"_id": result.reference, "state": "planned"}, change)


def report_update(report: DeliveryReport) -> Document:
    """Makes an update that is idempotent, and the same in any order."""
    if report.state == UNKNOWN:
        return {"$min": {f"words.{report.reason}": report.at}}
    change: Document = {"$min": {f"reports.{report.state}": reported(report)}, "$max": {"rank": RANK[report.state]}}
    if report.provider_id is not None:
        change["$set"] = {"provider_id": report.provider_id}
    return change


def reported(report: DeliveryReport) -> Document:
    return {"at": report.at, "provider": report.provider, "reason": report.reason}
