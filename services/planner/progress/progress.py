"""What has become of a campaign so far, as other services tell it: population, dispatch, responses, briefings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shared.values import CampaignReference, Code, Count, Value


class Response(Value):
    """One customer getting in touch, as it is counted. `kind` is `contact` or `volunteered`.

    `id` is that of the contact or disclosure.
    """

    id: str
    campaign: CampaignReference
    on: date
    arm: Code
    kind: Code


class ResponseCount(Value):
    on: date
    arm: Code
    kind: Code
    count: Count


class OutcomeTotal(Value):
    """How many customers did what in the end; no `arm` where nobody knows it: of customers who were not randomised."""

    arm: Code | None
    outcome: Code
    count: Count


def results(progress: Mapping[str, Any], responses: Sequence[ResponseCount], campaign: str) -> dict[str, Any]:
    """What came of a campaign: how many were issued, if dispatch is complete, and how many responded in what way."""
    arms = progress.get("dispatch", {}).get("arms")
    counts: dict[str, int] = {}
    for response in responses:
        counts[response.kind] = counts.get(response.kind, 0) + response.count
    issued = sum(arm["issued"] for arm in arms) if arms is not None else None
    return {"campaign": campaign, "issued": issued, "responses": counts}
