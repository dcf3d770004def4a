"""A correction: a mailing to exactly the customers who got a wrong letter of another campaign."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from services.planner.plan.dates import Day
from services.planner.plan.trial import Language
from shared.errors import Problem
from shared.values import CampaignReference, Code, Number, Value


class Correction(Value):
    """The wrong letters of `campaign`: those of these arms, in these languages (without any: in all), that went out
    from the day `since` to the day `until` by its plans up to `plan_version`.
    """

    campaign: CampaignReference
    arms: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    languages: Annotated[tuple[Language, ...], Field(max_length=2)] = ()
    since: Day
    until: Day
    plan_version: Number


def shape_problems(corrects: Correction | None) -> Iterator[Problem]:
    """Yields what a correction cannot be by itself: days that end before they begin, or an arm twice."""
    if corrects is None:
        return
    if corrects.until < corrects.since:
        yield Problem("corrects.until", "not-before-since", "the days end before they begin")
    for field in ("arms", "languages"):
        named = getattr(corrects, field)
        if len(set(named)) < len(named):
            yield Problem(f"corrects.{field}", "unique", "one is named twice")
