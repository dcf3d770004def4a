"""Counting of responses: the rows that an event adds. Correcting one contact of a stream moves one from its row."""

from collections import Counter
from datetime import datetime

from services.planner.progress.progress import Response
from shared.clock import LONDON
from shared.contracts import (
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    InformationAssigned,
    InformationVolunteered,
)

NO_ARM = "none"


def row_of(contact: ContactRecorded) -> list[Response]:
    """Returns the row of a contact; none without a campaign, as for an unknown letter reference."""
    row = _response(contact.contact, contact.campaign, contact.arm, "contact", contact.received_at)
    return [row] if row else []


def rows_of(event_id: str, recorded: ContactsRecorded) -> list[Response]:
    """Returns one row for the contacts of each campaign, day and arm."""
    contacts = (_response("", c.campaign, c.arm, "contact", c.received_at) for c in recorded.contacts)
    counts = Counter(contact for contact in contacts if contact)
    return [_row(each, f"{event_id}:{each.campaign}:{each.on}:{each.arm}", n) for each, n in counts.items()]


def row_of_disclosure(told: InformationVolunteered | InformationAssigned) -> list[Response]:
    """Returns the row of a disclosure; none without a campaign."""
    row = _response(told.disclosure, told.campaign, told.arm, "volunteered", told.received_at)
    return [row] if row else []


def counted_now(corrected: ContactCorrected) -> Response | None:
    """Returns how a contact counts after its correction; None where it counts no longer."""
    if corrected.void:
        return None
    return _response(corrected.contact, corrected.campaign, corrected.arm, "contact", corrected.received_at)


def rows_of_correction(corrected: ContactCorrected) -> list[Response]:
    """Returns two rows of the correction's own: one where the contact counts now, and one that takes it away from where
    it counted before. Says nothing of a correction without `was`."""
    now, was = counted_now(corrected), corrected.was
    before = was and _response(corrected.contact, was.campaign, was.arm, "contact", was.received_at)
    of = f"{corrected.contact}:{corrected.version}"
    rows = (now and _row(now, f"{of}:now", 1), before and _row(before, f"{of}:was", -1))
    return [row for row in rows if row]


def _row(response: Response, id_: str, count: int) -> Response:
    return response.model_copy(update={"id": id_, "count": count})


def _response(id_: str, campaign: str | None, arm: str | None, kind: str, at: datetime) -> Response | None:
    if campaign is None:
        return None
    return Response(id=id_, campaign=campaign, on=at.astimezone(LONDON).date(), arm=arm or NO_ARM, kind=kind)
