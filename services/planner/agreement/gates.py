"""Gates: the approvals that a plan needs, in order, each by a different person who had no hand in the plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from services.planner.plan.aspects import Aspect, Seen, changed, changed_answers
from shared.errors import Problem
from shared.values import Code, Instant, Number, OfficialText, Value


class Gate(Value):
    """One gate. A change of an aspect in `touched_by`, or of the answer to a question in `answers`, re-opens it. A gate
    that is `trial_only` is asked of trials alone.
    """

    code: Code
    asks: Annotated[OfficialText, Field(min_length=1)]
    touched_by: Annotated[frozenset[Aspect], Field(min_length=1)]
    answers: frozenset[Code] = frozenset()
    valid_days: Annotated[int, Field(ge=1, le=3_660)] = 180
    trial_only: bool = False


class Directorate(Value):
    """The gates of one directorate, in order. `size_tolerance` is the share by which the size may change before gates
    are passed again, `inform_tolerance` that before those who were told hear of it. After a pause, waves may be
    `late_days` working days late before their days have to be agreed again.
    """

    gates: Annotated[tuple[Gate, ...], Field(min_length=1)]
    size_tolerance: Annotated[float, Field(ge=0, le=1)] = 0.1
    inform_tolerance: Annotated[float, Field(ge=0, le=1)] = 0.02
    late_days: Annotated[int, Field(ge=0, le=260)] = 10
    least_notice: dict[Code, Annotated[int, Field(ge=0, le=60)]] = Field(default_factory=dict)
    """By team, the working days that it must have between the approval and the launch."""

    def gates_of(self, trial: bool, new: frozenset[Aspect] | None = None) -> tuple[Gate, ...]:
        """Returns the gates that a trial passes, or an established approach; of a correction, in which these are `new`,
        those that look at one of them.
        """
        asked = (gate for gate in self.gates if trial or not gate.trial_only)
        return tuple(gate for gate in asked if new is None or new & gate.touched_by)


class Met(Value):
    """A person's word that a condition is met: `number` counts the conditions of the approval, from 1."""

    number: Number
    by: Code
    at: Instant
    how: Annotated[OfficialText, Field(min_length=1)]


class Approval(Value):
    """An approval: a person passed a gate for the plan as it was then (`seen`). Each of its
    `conditions` must be met, by somebody's word in `met`, before anything is launched.
    """

    by: Code
    at: Instant
    reason: Annotated[OfficialText, Field(min_length=1)]
    conditions: tuple[OfficialText, ...] = ()
    met: tuple[Met, ...] = ()
    plan_version: Number
    seen: Seen
    expires_at: Instant


class Standing(Value):
    """A gate and its approval now. `why_open` is the rule that keeps it open; None when the gate is passed."""

    gate: Gate
    approval: Approval | None
    why_open: Code | None
    touched: tuple[Aspect, ...] = ()


def standings(
    gates: Sequence[Gate],
    approvals: Mapping[str, Approval],
    now_seen: Seen,
    contributors: frozenset[str],
    at: datetime,
    tolerance: float,
) -> tuple[Standing, ...]:
    """Returns how every gate stands. An approval holds while it has not expired, no aspect that its gate looks at has
    changed, the approver had no hand in the plan, and nobody passed two gates.
    """
    found = [_standing(gate, approvals.get(gate.code), now_seen, contributors, at, tolerance) for gate in gates]
    by = [s.approval.by for s in found if s.approval and s.why_open is None]
    twice = {person for person in by if by.count(person) > 1}
    return tuple(
        s.model_copy(update={"why_open": "different-people"})
        if s.approval and s.why_open is None and s.approval.by in twice
        else s
        for s in found
    )


def _standing(
    gate: Gate,
    approval: Approval | None,
    now_seen: Seen,
    contributors: frozenset[str],
    at: datetime,
    tolerance: float,
) -> Standing:
    if approval is None:
        return Standing(gate=gate, approval=None, why_open="not-passed")
    touched = changed(approval.seen, now_seen, tolerance) & gate.touched_by
    if changed_answers(approval.seen, now_seen) & gate.answers:
        touched |= {Aspect.ANSWERS}
    why = None
    if approval.by in contributors:
        why = "different-people"
    elif touched:
        why = "changed-since"
    elif approval.expires_at <= at:
        why = "expired"
    return Standing(gate=gate, approval=approval, why_open=why, touched=tuple(sorted(touched)))


def gate_problems(found: Sequence[Standing]) -> list[Problem]:
    return [Problem(f"gates.{s.gate.code}", s.why_open, _MESSAGES[s.why_open]) for s in found if s.why_open]


def condition_problems(found: Sequence[Standing]) -> list[Problem]:
    """Returns a problem for each condition of an approval that holds which nobody has said to be met."""
    return [
        Problem(f"conditions.{s.gate.code}.{number}", "met", f"nobody has said that this is met: {condition}")
        for s in found
        if s.approval and s.why_open is None
        for number, condition in enumerate(s.approval.conditions, 1)
        if number not in {met.number for met in s.approval.met}
    ]


def expiry(gate: Gate, at: datetime) -> datetime:
    return at + timedelta(days=gate.valid_days)


_MESSAGES = {
    "not-passed": "this gate is not passed",
    "different-people": "this gate was passed by somebody who wrote the plan or passed another gate",
    "changed-since": "what this gate was passed for has changed since",
    "expired": "this approval has expired",
}
