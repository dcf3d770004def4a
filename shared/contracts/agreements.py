"""Events that planner says about the agreement of a campaign: who knows it, and which gates it has passed."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import CampaignContract, Part
from shared.contracts.channels import Place
from shared.values import Code, Instant, Number, OfficialText


class GateState(Part):
    """One gate of a campaign, in their order. `why_open` is the rule that keeps it open; None: it is passed, until
    `expires_at`.
    """

    gate: Code
    why_open: Code | None = None
    expires_at: Instant | None = None


class TeamState(Part):
    """One affected team. `needed`: nothing is launched without its word. `knows`: it has acknowledged the campaign in
    its present form. `why`: the reason for which what it acknowledged counts no more; None also where it has not.
    """

    team: Code
    needed: bool
    knows: bool
    why: Code | None = None


class ConditionState(Part):
    """Something that an approval asks for. `number` counts the conditions of one gate, from 1."""

    gate: Code
    number: Number
    condition: OfficialText
    met: bool = False


class ReviewDue(Part):
    """An answer of the assessment that has to be looked at again by a day."""

    question: Code
    review_by: date


class RefusedPlace(Part):
    """A place of the present plan that dispatcher cannot issue, and the rule that it breaks."""

    field: Place
    rule: Code


class AgreementChanged(CampaignContract):
    """The whole agreement of a campaign as it stands at `version`, which replaces what a lower version said.

    `plan_version` and `lines_to_take` are what teams must know; `state` is where the campaign stands (`submitted`,
    `approved`, `live`, …). `contributors` had a hand in the plan and speak for no team. Said after every change that
    alters any of it.
    """

    event_type: ClassVar[str] = "agreement.changed.v1"
    version: Number
    plan_version: Number
    lines_to_take: Number | None = None
    state: Code
    gates: tuple[GateState, ...] = ()
    teams: tuple[TeamState, ...] = ()
    conditions: tuple[ConditionState, ...] = ()
    reviews: tuple[ReviewDue, ...] = ()
    refused: tuple[RefusedPlace, ...] = ()
    contributors: tuple[Code, ...] = ()
    changed_at: Instant
