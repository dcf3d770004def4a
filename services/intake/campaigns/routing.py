"""Which team a contact is passed to: rules, which every campaign may have its own of. What was volunteered goes its
own way, as a disclosure."""

from functools import cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import Field

from services.intake.contacts.contact import Channel, ContactReport, Reason
from services.intake.referrals.referral import Details, Referral
from shared.identifiers import derived_id
from shared.values import Code, Value


class Rule(Value):
    """Contacts for `reason` (and by `channel`, if it is said) go to `team`; `why` is what the team is told."""

    reason: Reason
    channel: Channel | None = None
    team: Code
    why: Code

    def fits(self, report: ContactReport) -> bool:
        return self.reason == report.reason and self.channel in (None, report.channel)


class Rules(Value):
    """Each one that fits makes a referral; a team gets a contact once, by the first of its rules."""

    rules: Annotated[tuple[Rule, ...], Field(max_length=100)]


class Routing(Rules):
    """What holds for every campaign that has no rules of its own, and the teams that customers can be passed to."""

    teams: frozenset[Code]


@cache
def default_routing() -> Routing:
    text = files("services.intake.campaigns").joinpath("routing.yaml").read_text()
    return Routing.model_validate(yaml.safe_load(text))


@cache
def default_rules() -> Rules:
    return Rules(rules=default_routing().rules)


def referrals(contact_id: str, report: ContactReport, rules: Rules) -> tuple[Referral, ...]:
    """Made again for the same contact by the same rules, they have the same ids."""
    chosen: dict[str, Rule] = {}
    for rule in rules.rules:
        if rule.fits(report):
            chosen.setdefault(rule.team, rule)
    return tuple(
        Referral(id=derived_id(contact_id, f"referral|{rule.team}"), team=rule.team, reason=rule.why)
        for rule in chosen.values()
    )


def details_of(report: ContactReport) -> Details:
    """What the report itself tells the team that it goes to."""
    return Details(
        expected_liability_pence=report.volunteered.total_pence if report.volunteered else None,
        time_to_pay=True if report.reason == "cannot-pay" else None,
        support_offered=report.support_offered[:1_000] if report.support_offered else None,
    )
