"""Rules of routing: the team that a contact is passed to. A campaign may have its own. Volunteered information is not
routed by them: it becomes a disclosure."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from services.intake.vocabulary import Channel, Reason
from shared.reading.bounded_yaml import read_yaml
from shared.values import Code, Value


class Rule(Value):
    """Contacts for `reason` (and by `channel`, if it is said) go to `team`; `why` is what the team is told."""

    reason: Reason
    channel: Channel | None = None
    team: Code
    why: Code

    def fits(self, reason: Reason, channel: Channel) -> bool:
        return self.reason == reason and self.channel in (None, channel)


class Rules(Value):
    """Rules of which each that fits makes a referral; a team gets a contact once, by the first of its rules. `teams`
    are those that there are for this campaign alone."""

    rules: Annotated[tuple[Rule, ...], Field(max_length=100)]
    teams: Annotated[frozenset[Code], Field(max_length=20)] = frozenset()


class Routing(Rules):
    """Rules for every campaign that has none of its own, and the teams that customers can be passed to."""


@cache
def default_routing() -> Routing:
    return Routing.model_validate(read_yaml(Path(__file__).with_name("routing.yaml")))


@cache
def default_rules() -> Rules:
    return Rules(rules=default_routing().rules)
