"""Facts that a template may use, by the moment that its rule waits for: each by name and type."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.notifier.rendering.content import DiaryDate
from services.notifier.rulebook.directory import Team
from services.notifier.rulebook.rules import Daily, NotInTime, OnEvent, Rule
from services.notifier.rulebook.rules import Missing as MissingKind
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignRejected,
    CampaignSubmitted,
    Contract,
    HelpAnswered,
    HelpRequested,
    LinesToTakePublished,
)
from shared.contracts.agreements import ConditionState, GateState, ReviewDue
from shared.contracts.base import CampaignContract
from shared.contracts.schedules import ExpectedContacts, Wave
from shared.values import Code, Count, Value

Types = Mapping[str, Any]

BEFORE_APPROVAL = (
    AgreementChanged, CampaignSubmitted, CampaignRejected, CampaignAmended, HelpRequested, HelpAnswered
)  # fmt: skip
"""The facts that may be told about a campaign that nobody has approved yet."""


class Reckoning(Value):
    """Contacts expected and contacts that came, on a day and since the launch."""

    on: date
    expected: ExpectedContacts
    contacts: int
    expected_so_far: int
    contacts_so_far: int


class Unanswered(Value):
    """A notice that nobody has acknowledged. `team` is the name of the team that was told."""

    campaign: str | None
    rule: Code
    team: str
    subject: str
    told_at: datetime
    deadline: date | None
    references: tuple[str, ...]


class HeldNotice(Value):
    """Something of low urgency, told in the team's digest."""

    campaign: str | None
    subject: str
    text: str


class ArmReach(Value):
    """An arm that is written to: by which channel, and about how many customers."""

    arm: Code
    channel: Code
    customers: Count


class Week(Value):
    """Contacts expected in a week, by its Monday."""

    begins: date
    low: Count
    central: Count
    high: Count


WORDS: Types = {"day": Any, "number": Any, "moment": Any, "brief": Any, "name_of": Any}
"""The functions that every template has: a date, a number and a time in words, the name of a team, a link to a page."""
ALWAYS: Types = {"team": Team, **WORDS, "kind": str}
PLAN: Types = {
    "campaign": CampaignApproved, "lines": LinesToTakePublished, "dates": tuple[DiaryDate, ...],
    "launched": bool, "reach": tuple[ArmReach, ...], "written_to": int, "to_come": tuple[Wave, ...],
    "weeks": tuple[Week, ...], "prints": tuple[Wave, ...], "conditions": tuple[ConditionState, ...],
    "expiring": tuple[GateState, ...], "reviews": tuple[ReviewDue, ...], "course": str, "slowed_to": int | None,
}  # fmt: skip
GATHERED: Types = {
    "team": Team, **WORDS, "campaign": str, "count": int, "reasons": tuple[tuple[str, int], ...],
    "references": tuple[str, ...], "deadline": date | None,
}  # fmt: skip
DIGEST: Types = {"team": Team, **WORDS, "items": tuple[HeldNotice, ...]}
CHASED: Types = {"team": Team, **WORDS, "asked": Unanswered, "step": int}


def is_planned(contract: type[Contract]) -> bool:
    """Returns whether the campaign of such an event has a plan that was approved."""
    return issubclass(contract, CampaignContract) and not issubclass(contract, BEFORE_APPROVAL)


def supplied(rule: Rule, contracts: Mapping[str, type[Contract]]) -> Types:
    """Returns the facts that the templates of `rule` are given. `contracts` are the events that are heard, by type."""
    if rule.gather_minutes is not None:
        return GATHERED
    when = rule.when
    if isinstance(when, OnEvent):
        contract = contracts[when.event]
        gate = {"gate": GateState, "again": bool} if contract is AgreementChanged else {}
        return {**ALWAYS, "event": contract, **gate, **(PLAN if is_planned(contract) else {})}
    if isinstance(when, NotInTime):
        return CHASED if when.missing is MissingKind.DISCLOSURE else {**ALWAYS, **PLAN, "on": date, "wave": Wave}
    if isinstance(when, Daily):
        return {**ALWAYS, **PLAN, "on": date, "reckoning": Reckoning, "actual": Mapping[date, int]}
    return {**ALWAYS, **PLAN, "on": date}
