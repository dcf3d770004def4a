"""Saving of a part as it was typed: if it is what the person saw, and refused in words otherwise."""

from dataclasses import dataclass

from pydantic import ValidationError

from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.campaigns import Decide
from services.planner.decisions.act import Act
from services.planner.drafting.pages.amending import reason_problems
from services.planner.readiness import Circumstances
from services.planner.writing.documents import as_json, with_document
from services.planner.writing.paths import value_at
from services.planner.writing.refused import at_fields, of_shape
from services.planner.writing.typed_part import ChangedMeanwhile, TypedPart
from shared.errors import Permanent, Problem, Stale
from shared.web.site.visitors import Posted
from shared.wording import sentence

CHANGED = "Somebody changed this since you opened it. Look at what is different, then save again"


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that was not saved; `stale` where somebody else was faster."""

    status: int
    problems: list[Problem]
    stale: bool = False


async def save(
    campaigns: AllCampaigns, campaign: Campaign, posted: Posted, typed: TypedPart, at: int | None
) -> Refused | None:
    """Saves what was typed, or removes the item where that was asked for; the same form twice is saved once."""
    reason, items = posted.form.text("reason"), typed.part.items
    removes = posted.form.text("do") == "remove" and items is not None and items.adds
    kept, problems = ({}, []) if removes else typed.read()
    if typed.part.document == "plan":
        problems = [*problems, *reason_problems(campaign, reason)]
    if problems:
        return Refused(422, problems)
    mark = posted.form.text("mark")

    def decide(now: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
        whole = as_json(now, typed.part.document)
        made = typed.without(whole, mark, at) if removes else typed.made(whole, kept, mark, at)
        return now if made == whole else with_document(now, typed.part.document, made, act, circumstances)

    refused = await _changed(campaigns, campaign, posted, typed, at, decide)
    if refused is None:
        await posted.visit.forget_draft(posted.form.page)
    return refused


async def _changed(
    campaigns: AllCampaigns, campaign: Campaign, posted: Posted, typed: TypedPart, at: int | None, decide: Decide
) -> Refused | None:
    try:
        await campaigns.change(campaign.reference, None, posted.person.subject, decide, posted.form.text("reason"))
    except (ChangedMeanwhile, Stale):
        return Refused(409, [Problem("", "stale", CHANGED)], stale=True)
    except ValidationError as error:
        return Refused(422, _placed(list(of_shape(error)), campaign, typed, at))
    except Permanent as error:
        placed = _placed(list(error.problems), campaign, typed, at)
        return Refused(422, placed or [Problem("", "refused", sentence(error.message))])
    return None


def _placed(problems: list[Problem], campaign: Campaign, typed: TypedPart, at: int | None) -> list[Problem]:
    """Returns problems at the fields of the form; an item that is new stands at the end of its list."""
    items = typed.part.items
    last = len(value_at(as_json(campaign, typed.part.document), items.path) or []) if items else 0
    return list(dict.fromkeys(at_fields(problems, typed.part, typed.asks, last if at is None else at)))
