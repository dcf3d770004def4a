"""Documents that parts write into: the plan, and the lines to take."""

from collections.abc import Mapping
from typing import Any, Literal

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.brief import write_lines
from services.planner.decisions.draft import amend
from services.planner.lines_to_take.words import Words
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances

NO_WORDS: Mapping[str, Any] = {"lines": [], "scripts": [], "media": []}


def as_json(campaign: Campaign, document: Literal["plan", "words"]) -> dict[str, Any]:
    """Returns the document as it is now; of the lines to take the version that was written last."""
    if document == "plan":
        return campaign.plan.model_dump(mode="json")
    latest = campaign.proposed or campaign.published
    return latest.words.model_dump(mode="json") if latest else dict(NO_WORDS)


def with_document(
    campaign: Campaign,
    document: Literal["plan", "words"],
    whole: Mapping[str, Any],
    act: Act,
    circumstances: Circumstances,
) -> Campaign:
    """Returns the campaign with the document. Raises `Invalid`, pydantic's `ValidationError`, and `Conflict` where its
    state does not allow it.
    """
    if document == "plan":
        return amend(campaign, Plan.model_validate(whole), act, circumstances)
    return write_lines(campaign, Words.model_validate(whole), act)
