"""The brief of an approver: a plan on one page, as facts in words, and which of them have changed."""

from collections.abc import Mapping
from datetime import date

from services.planner.campaign import Campaign
from services.planner.plan.plan import Plan
from shared.values import Value
from shared.wording import title_of, words_of

NOT_SAID = "Not said"


class ChangedFact(Value):
    """A fact as somebody saw it, and as it is now."""

    name: str
    seen: str
    now: str


def facts(campaign: Campaign) -> dict[str, str]:
    """Returns what an approver decides about, each as a line of text."""
    plan = campaign.plan
    return {
        "Purpose": plan.purpose or NOT_SAID,
        "Risk": plan.risk or NOT_SAID,
        "Customers": _number(plan.customers),
        "Arms": _arms(plan),
        "Letters begin": _day(plan.launch),
        "Customers answer by": _day(plan.respond_by),
        "Letters a day, at most": _number(plan.daily_limit),
        "Contacts expected": _number(plan.contacts),
        "Method": plan.method or NOT_SAID,
        "New information is owned by": _owner(plan),
        "Lines to take": f"Version {campaign.lines_version}" if campaign.lines_version else "None yet",
        "State": campaign.state.value.capitalize(),
        "Version of the plan": str(campaign.plan_version),
    }


def changed_facts(seen: Mapping[str, str], now: Mapping[str, str]) -> list[ChangedFact]:
    """Returns the facts that differ, in the order in which they stand now."""
    return [
        ChangedFact(name=name, seen=seen.get(name, NOT_SAID), now=fact)
        for name, fact in now.items()
        if seen.get(name, NOT_SAID) != fact
    ]


def _arms(plan: Plan) -> str:
    whole = sum(arm.share for arm in plan.arms)
    said = [f"{title_of(arm.code)} ({arm.share / whole:.0%}, {_how(arm.channel)})" for arm in plan.arms]
    return ", ".join(said) or NOT_SAID


def _how(channel: str | None) -> str:
    return f"by {words_of(channel)}" if channel else "control: not written to"


def _owner(plan: Plan) -> str:
    volunteered = plan.responses.volunteered if plan.responses else None
    return title_of(volunteered.owner) if volunteered else NOT_SAID


def _number(value: int | None) -> str:
    return NOT_SAID if value is None else f"{value:,}"


def _day(value: date | None) -> str:
    return NOT_SAID if value is None else f"{value.day} {value:%B %Y}"
