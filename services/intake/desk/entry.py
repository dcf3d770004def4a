"""An entry at the desk: what a call handler typed, as a report of the contact."""

from datetime import datetime, timedelta

from services.intake.contacts.contact import ContactReport
from services.intake.desk.labels import KINDS, OUTCOMES, REASONS
from services.intake.desk.search import Typed, customer_of
from services.intake.disclosures.disclosure import Volunteered, disclosure_reference
from shared.errors import Problem
from shared.reading.signs import seen

LONGEST = 4_000  # characters of a text
LONGEST_REFERENCE = 40
LONGEST_CALL = timedelta(hours=12)
CLOCKS_DIFFER = timedelta(minutes=1)


def read_entry(typed: Typed, now: datetime) -> tuple[ContactReport | None, list[Problem]]:
    """Returns the report, or the problems with what was typed, each with its field."""
    problems = [*_choice_problems(typed), *_length_problems(typed), *_volunteered_problems(typed)]
    if problems:
        return None, problems
    report = {
        "letter_reference": typed("letter_reference") or None,
        "customer_reference": customer_of(typed),
        "channel": "phone",
        "reason": typed("reason"),
        "outcome": typed("outcome"),
        "received_at": opened(typed("opened"), now),
        "note": typed("note") or None,
        "support_offered": typed("support_offered") or None,
        "volunteered": _volunteered(typed),
    }
    return ContactReport.model_validate(report), []


def as_typed(report: ContactReport, disclosure: str | None) -> dict[str, list[str]]:
    """Returns the fields of the form for a report, to be shown and sent again. New information is not among them: it
    stays in its disclosure, whose reference `stays` has."""
    customer = report.customer_reference
    fields = {
        "letter_reference": report.letter_reference,
        "customer_kind": customer.kind if customer else None,
        "customer_reference": customer.reference if customer else None,
        "reason": report.reason,
        "outcome": report.outcome,
        "note": report.note,
        "support_offered": report.support_offered,
        "stays": disclosure_reference(disclosure) if disclosure else None,
    }
    return {name: [value] for name, value in fields.items() if value}


def opened(text: str, now: datetime) -> datetime:
    """Returns when the call began, by the form that was opened for it; now for a time that cannot be that."""
    try:
        began = datetime.fromisoformat(text)
    except ValueError:
        return now
    if began.tzinfo is None or not now - LONGEST_CALL <= began <= now + CLOCKS_DIFFER:
        return now
    return began


def tidy_reference(text: str) -> str:
    """Returns what was typed as a reference, without signs that nobody sees."""
    return " ".join(seen(text).split())


def _volunteered(typed: Typed) -> Volunteered | None:
    if not typed("kind"):
        return None
    return Volunteered.model_validate({"kind": typed("kind"), "description": typed("description")})


def _choice_problems(typed: Typed) -> list[Problem]:
    found = []
    if typed("reason") not in REASONS:
        found.append(Problem("reason", "required", "Choose why they called"))
    if typed("outcome") not in OUTCOMES:
        found.append(Problem("outcome", "required", "Choose how the call ended"))
    return found


def _length_problems(typed: Typed) -> list[Problem]:
    limits = {
        "letter_reference": LONGEST_REFERENCE, "note": LONGEST, "support_offered": LONGEST, "description": LONGEST,
    }  # fmt: skip
    return [
        Problem(name, "too-long", f"Shorten this to {limit:,} characters")
        for name, limit in limits.items()
        if len(typed(name)) > limit
    ]


def _volunteered_problems(typed: Typed) -> list[Problem]:
    """Returns what is wrong with new information: half of it would be lost."""
    kind, said = typed("kind"), typed("description")
    if said and not kind:
        return [Problem("kind", "required", "Choose what kind of new information it is")]
    if kind and kind not in KINDS:
        return [Problem("kind", "known", "Choose what kind of new information it is")]
    if kind and not said:
        return [Problem("description", "required", "Enter the new information, or choose that there is none")]
    return []
