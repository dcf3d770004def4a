"""Progress of a campaign, as other services tell it: responses, outcomes and results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.planner.forecast.schedule.issued import IssuedCount
from shared.contracts import WaveStarted
from shared.values import CampaignReference, Code, Count, Value


class Response(Value):
    """Responses of customers that are counted together, once for each `id`. `kind` is `contact` or `volunteered`.
    `count` is -1 for a response that counts so no longer.
    """

    id: str
    campaign: CampaignReference
    on: date
    arm: Code
    kind: Code
    count: int = 1


class ResponseCount(Value):
    on: date
    arm: Code
    kind: Code
    count: Count


@dataclass(frozen=True, slots=True)
class Sent:
    """The communications of a campaign: customers who may be written to, None before a population is loaded; waves
    that have started, by number; and what went out, by day, wave and arm.
    """

    eligible: int | None
    started: Sequence[WaveStarted]
    issued: Sequence[IssuedCount]


class OutcomeTotal(Value):
    """The number of customers with an outcome. `arm` is None for customers who were not randomised."""

    arm: Code | None
    outcome: Code
    count: Count


def results(progress: Mapping[str, Any], responses: Sequence[ResponseCount], campaign: str) -> dict[str, Any]:
    """Returns the results of a campaign: `issued`, None until dispatch is complete, and `responses` by kind."""
    arms = progress.get("dispatch", {}).get("arms")
    counts: dict[str, int] = {}
    for response in responses:
        counts[response.kind] = counts.get(response.kind, 0) + response.count
    issued = sum(arm["issued"] for arm in arms) if arms is not None else None
    return {"campaign": campaign, "issued": issued, "responses": counts}
