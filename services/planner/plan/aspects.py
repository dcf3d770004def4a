"""Aspects of a plan: an approval is given for some of them, and a change is a change of some of them."""

import hashlib
import json
from enum import StrEnum
from typing import Any

from services.planner.plan.plan import Plan
from shared.values import Value


class Aspect(StrEnum):
    """A part of a plan whose change re-opens the gates that look at it."""

    PURPOSE = "purpose"
    LAUNCH = "launch"
    SIZE = "size"
    CHANNEL = "channel"
    MESSAGE = "message"
    TRIAL = "trial"
    RESPONSES = "responses"


SIZE = frozenset({Aspect.SIZE})


class Seen(Value):
    """A plan as an approver saw it: its size as a number of customers, every other aspect as a digest."""

    customers: int
    digests: dict[Aspect, str]


def seen(plan: Plan) -> Seen:
    parts = _parts(plan)
    digests = {aspect: hashlib.sha256(json.dumps(part).encode()).hexdigest()[:32] for aspect, part in parts.items()}
    return Seen(customers=plan.customers or 0, digests=digests)


def changed(before: Seen, now: Seen, tolerance: float) -> frozenset[Aspect]:
    """Returns the aspects that differ. The size differs beyond `tolerance`, a share of the number seen before."""
    differ = {aspect for aspect, digest in now.digests.items() if before.digests.get(aspect) != digest}
    if abs(now.customers - before.customers) > tolerance * before.customers:
        differ.add(Aspect.SIZE)
    return frozenset(differ)


def _parts(plan: Plan) -> dict[Aspect, Any]:
    fields = plan.model_dump(mode="json")
    arms = {arm["code"]: arm for arm in fields["arms"]}
    return {
        Aspect.PURPOSE: [
            *(fields[name] for name in ("regime", "purpose", "aim", "risk", "directorate")),
            [(group["code"], group["description"]) for group in fields["groups"]],
        ],
        Aspect.LAUNCH: [fields["launch"], fields["daily_limit"]],
        Aspect.CHANNEL: {code: arm["channel"] for code, arm in arms.items()},
        Aspect.MESSAGE: [
            fields["action"],
            fields["respond_by"],
            {code: [_as_agreed(letter) for letter in arm["letters"]] for code, arm in arms.items()},
        ],
        Aspect.TRIAL: [
            {code: [arm["control"], arm["share"]] for code, arm in arms.items()},
            *(fields[name] for name in ("approach", "hypothesis", "evaluation", "allocation_seed", "reference_kind")),
            # without an analysis, the digest is as before there were any
            *([fields["analysis"]] if fields["analysis"] else []),
        ],
        Aspect.RESPONSES: [fields["responses"], fields["contact_rate"], fields["stakeholders"]],
    }


def _as_agreed(letter: dict[str, Any]) -> dict[str, Any]:
    """Returns a letter as its digest is taken: without an agent's text, as before there were such texts."""
    return {name: value for name, value in letter.items() if name != "agent" or value}
