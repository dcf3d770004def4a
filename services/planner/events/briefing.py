"""Events about what people are told and ask: lines to take, and requests for help."""

from services.planner.campaign import Campaign, Change
from services.planner.lifecycle import Step
from shared.contracts import Contract, HelpAnswered, HelpRequested, LinesToTakePublished


def published(campaign: Campaign, change: Change) -> list[Contract]:
    if campaign.published is None:
        return []
    return [
        LinesToTakePublished(
            campaign=campaign.reference,
            version=campaign.published.version,
            published_at=change.at,
            **campaign.published.words.model_dump(),
        )
    ]


def help_said(campaign: Campaign, change: Change) -> list[Contract]:
    """The request that the change is about, as it is asked or as it was answered."""
    asked = next(each for each in campaign.help if f"help-{each.number}" == change.about)
    said = asked.model_dump(include={"number", "team", "question"}) | {"campaign": campaign.reference}
    if change.step is Step.ASK_HELP:
        return [HelpRequested(**said, asked_by=change.by, asked_at=change.at)]
    return [HelpAnswered(**said, answer=asked.answer or "", answered_by=change.by, answered_at=change.at)]
