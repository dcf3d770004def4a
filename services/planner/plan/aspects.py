"""Aspects of a plan: an approval is given for some of them, and a change is a change of some of them."""

import hashlib
import json
from enum import StrEnum
from typing import Any

from pydantic import Field

from services.planner.plan.plan import Group, Plan
from shared.values import Code, Value


class Aspect(StrEnum):
    """A part of a plan whose change re-opens the gates that look at it."""

    PURPOSE = "purpose"
    LAUNCH = "launch"
    SIZE = "size"
    CHANNEL = "channel"
    MESSAGE = "message"
    TRIAL = "trial"
    RESPONSES = "responses"
    TITLE = "title"
    GROUPS = "groups"
    CONTACTS = "contacts"
    METHOD = "method"
    RESOURCE = "resource"
    MILESTONES = "milestones"
    BRIEFINGS = "briefings"
    ANSWERS = "answers"
    CLASHES = "clashes"


class Seen(Value):
    """A campaign as an approver saw it: sizes as numbers, every other aspect as a digest.

    `sizes` are numbers of customers by group; `contacts` is the number of contacts expected in all. `answers` are
    digests of the assessment's answers by question. Each is empty or None in approvals from before it was looked at.
    """

    customers: int
    digests: dict[Aspect, str]
    sizes: dict[str, int] = Field(default_factory=dict)
    contacts: int | None = None
    answers: dict[Code, str] = Field(default_factory=dict)


def seen(plan: Plan) -> Seen:
    return Seen(
        customers=plan.customers or 0,
        digests={aspect: digest(part) for aspect, part in _parts(plan).items()},
        sizes={name: size for group in plan.groups for name, size in _sizes(group)},
        contacts=plan.contacts,
    )


def digest(part: Any) -> str:
    return hashlib.sha256(json.dumps(part).encode()).hexdigest()[:32]


def changed(before: Seen, now: Seen, tolerance: float) -> frozenset[Aspect]:
    """Returns the aspects that differ. A size differs beyond `tolerance`, a share of the number seen before; an aspect
    that was not looked at before does not differ.
    """
    differ = {aspect for aspect, seen_now in now.digests.items() if before.digests.get(aspect, seen_now) != seen_now}
    if _apart(before.customers, now.customers, tolerance):
        differ.add(Aspect.SIZE)
    if before.sizes and any(
        _apart(before.sizes.get(name, 0), now.sizes.get(name, 0), tolerance) for name in {*before.sizes, *now.sizes}
    ):
        differ.add(Aspect.GROUPS)
    if before.contacts is not None and _apart(before.contacts, now.contacts or 0, tolerance):
        differ.add(Aspect.CONTACTS)
    if changed_answers(before, now):
        differ.add(Aspect.ANSWERS)
    return frozenset(differ)


def changed_answers(before: Seen, now: Seen) -> frozenset[str]:
    """Returns the questions whose answers differ from those seen before."""
    return frozenset(code for code, answer in before.answers.items() if now.answers.get(code) != answer)


def _apart(before: int, now: int, tolerance: float) -> bool:
    return abs(now - before) > tolerance * before


def _sizes(group: Group) -> list[tuple[str, int]]:
    return [(group.code, group.customers), (f"{group.code}: could grow to", group.could_grow_to or group.customers)]


def _parts(plan: Plan) -> dict[Aspect, Any]:
    fields = plan.model_dump(mode="json")
    arms = {arm["code"]: arm for arm in fields["arms"]}
    return {
        Aspect.PURPOSE: [
            *(fields[name] for name in ("regime", "purpose", "aim", "risk", "directorate")),
            [(group["code"], group["description"]) for group in fields["groups"]],
            # without them, the digest is as before they could be said
            *(fields[name] for name in ("campaign_type", "stream", "terms_of_reference") if fields[name]),
        ],
        # without waves by hand, assumptions or an analysis, a digest is as before there were any
        Aspect.LAUNCH: [fields["launch"], fields["daily_limit"], *_given(fields["schedule"])],
        Aspect.CHANNEL: {code: arm["channel"] for code, arm in arms.items()},
        Aspect.MESSAGE: [
            fields["action"],
            fields["respond_by"],
            {code: [_as_agreed(letter) for letter in arm["letters"]] for code, arm in arms.items()},
            *_given(fields["corrects"]),
        ],
        Aspect.TRIAL: [
            {code: [arm["control"], arm["share"], *_given(arm["cost_pence"])] for code, arm in arms.items()},
            *(fields[name] for name in ("approach", "hypothesis", "evaluation", "allocation_seed", "reference_kind")),
            *_given(fields["analysis"]),
        ],
        Aspect.RESPONSES: [
            *(fields[name] for name in ("responses", "contact_rate", "stakeholders")),
            *_given(fields["contact_assumptions"]),
            *_given(fields["corrects"]),
        ],
        Aspect.TITLE: fields["title"],
        Aspect.METHOD: _method(fields),
        Aspect.RESOURCE: fields["resource"],
        Aspect.MILESTONES: fields["milestones"],
        Aspect.BRIEFINGS: [fields[name] for name in ("press_office_briefed", "communications_briefed", "short_notice")],
    }


def _method(fields: dict[str, Any]) -> Any:
    further = [fields["small_test"], fields["sent_through"], fields["earlier_campaigns"]]
    return [fields["method"], *further] if further != [None, "direct", []] else fields["method"]


def _given(field: Any) -> list[Any]:
    return [field] if field else []


def _as_agreed(letter: dict[str, Any]) -> dict[str, Any]:
    """Returns a letter as its digest is taken: without an agent's text, as before there were such texts."""
    return {name: value for name, value in letter.items() if name != "agent" or value}
