"""Events about results of trials."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import CampaignContract
from shared.values import Code, Identifier, Instant, OfficialText, Sha256, Title


class EvaluationPublished(CampaignContract):
    """The result of a trial, as it was planned to be analysed. `stands` is False where a check failed: then
    `conclusion` says so and nothing else. `new_plan`: the analysis had been changed after it was first sealed.
    """

    event_type: ClassVar[str] = "evaluation.published.v1"
    evaluation: Identifier
    title: Title
    author: Code
    as_of: date
    stands: bool
    conclusion: tuple[OfficialText, ...]
    seal: Sha256
    new_plan: bool = False
    published_by: Code
    published_at: Instant
