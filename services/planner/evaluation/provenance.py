"""Record around a trial's data: its seals, who looked at it early, whom nothing is known of, and what was decided."""

from datetime import date
from typing import Literal

from services.planner.evaluation.result import Check
from shared.values import Code, Count, Instant, Number, OfficialText, Sha256, Value

SHOWN = 5
"""Early looks that one check names."""
MISSING = 0.01
"""The share of customers nobody heard of beyond which a trial is not the one that was randomised."""


class PublishedSeal(Value):
    """The seal of an analysis plan, as `campaign.approved` said it for the first time."""

    seal: Sha256
    plan_version: Number
    at: Instant


class Peek(Value):
    """One look at effects before every customer had reached the primary horizon."""

    by: Code
    at: Instant
    as_of: date
    look: Number | None = None


class TrialDecision(Value):
    """The decision that closed a campaign: whether to continue with it, to change it or to stop, by whom and why."""

    decision: Literal["continue", "change", "stop"]
    by: Code
    at: Instant
    why: OfficialText


class Provenance(Value):
    """`seals` in the order of approvals. `waiting` customers are still to be dealt with; `never` counts those of a
    campaign that ended before; `missing` were randomised and never heard of."""

    seals: tuple[PublishedSeal, ...] = ()
    peeks: tuple[Peek, ...] = ()
    decision: TrialDecision | None = None
    waiting: Count = 0
    never: Count = 0
    missing: Count = 0

    def changed(self, seal: str) -> bool:
        """Returns whether another plan was sealed before the one of this seal."""
        return any(published.seal != seal for published in self.seals)

    def changed_after(self, seal: str, first_letter: date) -> bool:
        """Returns whether the plan of this seal was sealed only after letters had gone out."""
        newest = [published for published in self.seals if published.seal == seal]
        return self.changed(seal) and (not newest or newest[-1].at.date() >= first_letter)


def provenance_checks(record: Provenance, seal: str, known: int, first_letter: date) -> list[Check]:
    """Returns the checks that the record gives rise to; none where everything went as planned."""
    found = [_of_seals(record, seal, first_letter), _of_peeks(record.peeks), *_of_gaps(record, known)]
    return [check for check in found if check]


def preface(record: Provenance, seal: str, first_letter: date) -> tuple[str, ...]:
    """Returns what must stand before every effect of a plan that was changed late."""
    if not record.changed_after(seal, first_letter):
        return ()
    return (
        "The analysis plan was changed after the first letters: this is a new plan, not the one sealed before them.",
    )


def record_lines(record: Provenance) -> list[str]:
    """Returns seals, early looks and the decision, for a report."""
    lines = [f"Sealed on {s.at:%Y-%m-%d %H:%M} UTC as plan version {s.plan_version}: {s.seal}." for s in record.seals]
    lines += [f"Looked at early by {_who(peek)}, with data as of {peek.as_of}." for peek in record.peeks]
    if record.decision:
        made = record.decision
        lines.append(f"Decision at the close, by {made.by} on {made.at:%Y-%m-%d}: {made.decision}. {made.why}")
    return lines


def _of_seals(record: Provenance, seal: str, first_letter: date) -> Check | None:
    if not record.changed(seal):
        return None
    first, late = record.seals[0], record.changed_after(seal, first_letter)
    when = "after letters had gone out" if late else "before the first letter"
    says = (
        f"This is a new plan: the one sealed first, on {first.at:%Y-%m-%d} as {first.seal[:12]}…, was changed {when}; "
        f"{len(record.seals)} plans were sealed in all."
    )
    return Check(code="plan-changed", verdict="warns", says=says)


def _of_peeks(peeks: tuple[Peek, ...]) -> Check | None:
    if not peeks:
        return None
    named = "; ".join(_who(peek) for peek in peeks[-SHOWN:])
    more = f", the last {SHOWN} of them" if len(peeks) > SHOWN else ""
    times = "once" if len(peeks) == 1 else f"{len(peeks):,} times"
    says = f"Effects were looked at {times} before the horizon was over{more}: {named}."
    return Check(code="looked-at-early", verdict="warns", says=says)


def _who(peek: Peek) -> str:
    return f"{peek.by} on {peek.at:%Y-%m-%d %H:%M} UTC"


def _of_gaps(record: Provenance, known: int) -> list[Check]:
    checks = []
    if record.waiting:
        says = f"{record.waiting:,} customers are still to be dealt with, and are in no arm yet."
        checks.append(Check(code="still-to-come", verdict="warns", says=says))
    if record.never:
        says = f"{record.never:,} customers were never dealt with, because the campaign ended: they are in no arm."
        checks.append(Check(code="never-dealt-with", verdict="warns", says=says))
    if record.missing:
        verdict = "fails" if record.missing > MISSING * (known + record.missing) else "warns"
        says = f"{record.missing:,} randomised customers were never heard of: their events are missing, or were erased."
        checks.append(Check(code="everybody-known", verdict=verdict, says=says))
    return checks
