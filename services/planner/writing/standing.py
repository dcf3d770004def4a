"""Standing of each part: whether it is written, what is open about it, and which part it waits for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances, submission_problems
from services.planner.writing.documents import NO_WORDS, as_json
from services.planner.writing.part import Part, Scene
from services.planner.writing.parts import PARTS
from services.planner.writing.paths import Json
from services.planner.writing.typed_part import values_of
from shared.errors import Problem

_PLACE = re.compile(r"\.\d+(?=\.|$)")
_BLANK: Mapping[str, Json] = {
    "plan": Plan(title="Not written yet", regime="none").model_dump(mode="json"),
    "words": NO_WORDS,
}


@dataclass(frozen=True, slots=True)
class PartStanding:
    """`waits_for` is the part that has to be written before this one, if it is not written yet."""

    part: Part
    written: bool
    open: tuple[Problem, ...] = ()
    waits_for: Part | None = None

    @property
    def done(self) -> bool:
        return self.written and not self.open

    @property
    def to_do(self) -> bool:
        """Whether something has to be written here, and can be now."""
        return not self.done and self.waits_for is None and (self.part.needed or bool(self.open))


def standings(campaign: Campaign, problems: Iterable[Problem]) -> dict[str, PartStanding]:
    """Returns the standing of every part, given what stands against asking for approval."""
    open_: dict[str, list[Problem]] = {}
    for problem in problems:
        owner = owner_of(problem)
        open_.setdefault(owner.code if owner else "", []).append(problem)
    written = {code: _is_written(part, campaign) for code, part in PARTS.items()}
    return {
        code: PartStanding(
            part=part,
            written=written[code],
            open=tuple(open_.get(code, ())),
            waits_for=PARTS[part.after] if part.after and not written[part.after] else None,
        )
        for code, part in PARTS.items()
    }


def standings_of(campaign: Campaign, circumstances: Circumstances, at: datetime) -> dict[str, PartStanding]:
    """Returns the standing of every part at a time; once letters have gone out nothing is open."""
    return standings(campaign, open_points(campaign, circumstances, at))


def open_points(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns what stands against asking for approval, up to the launch."""
    before = campaign.state in (State.DRAFT, State.SUBMITTED, State.APPROVED)
    return submission_problems(campaign, circumstances, at) if before else []


def owner_of(problem: Problem) -> Part | None:
    """Returns the part that a problem of a plan is about; None for one that no page can mend."""
    path = _PLACE.sub(".*", problem.field)
    owned = [(len(own), part) for part in PARTS.values() for own in part.owns if f"{path}.".startswith(f"{own}.")]
    by_rule = (part for part in PARTS.values() if problem.rule in part.rules)
    return next(by_rule, None) or max(owned, key=lambda each: each[0], default=(0, None))[1]


def next_to_do(found: Mapping[str, PartStanding], after: Part) -> Part | None:
    """Returns the first part with something to do after another one, or of all; None where there is none."""
    codes = list(PARTS)
    start = codes.index(after.code) + 1
    order = (*codes[start:], *codes[:start])
    return next((PARTS[code] for code in order if found[code].to_do and code != after.code), None)


def _is_written(part: Part, campaign: Campaign) -> bool:
    whole = as_json(campaign, part.document)
    if part.items is not None:
        return bool(part.listed(whole))
    asks = part.asks(Scene(campaign.plan))
    kept = values_of(asks, part.opened(whole))
    required = [asked.name for asked in asks if not asked.optional and not asked.together]
    if part.needed and required:
        return all(kept[name] not in (None, "", []) for name in required)
    return kept != values_of(asks, part.opened(_BLANK[part.document]))
