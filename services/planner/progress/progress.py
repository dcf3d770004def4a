"""What has become of a campaign so far, as other services tell it: population, dispatch, responses, briefings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from services.planner.agreement.sign_off import Told
from shared.contracts import (
    CommunicationsReturned,
    DispatchCompleted,
    NoticeFailed,
    NoticeSent,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
    WaveStarted,
)
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


class ProgressRepository(Protocol):
    """Every write may be repeated: an event heard twice changes nothing."""

    async def population_loaded(self, loaded: PopulationLoaded) -> None: ...

    async def wave_started(self, started: WaveStarted) -> None: ...

    async def dispatch_completed(self, completed: DispatchCompleted) -> None: ...

    async def dispatched(self, campaign: str) -> bool:
        """Whether dispatcher has said that nothing is left to issue."""
        ...

    async def notice(self, notice: NoticeSent | NoticeFailed) -> None: ...

    async def notified(self, campaign: str) -> Mapping[str, Told]:
        """For every team, the newest that it was sent a notice of."""
        ...

    async def count(self, responses: Sequence[Response]) -> None:
        """Add each to its day, arm and kind, once for each id."""
        ...

    async def recount(self, id_: str, version: int, response: Response | None) -> None:
        """Count it as it is now, or not at all any more; unless it is counted by this version or a higher one."""
        ...

    async def outcomes_recorded(self, recorded: OutcomesRecorded) -> None: ...

    async def outcomes_attributed(self, attributed: OutcomesAttributed) -> None:
        """From now on these outcomes count for their arms; also if it is heard before they were recorded."""
        ...

    async def outcomes(self, campaign: str) -> Sequence[OutcomeTotal]: ...

    async def returned(self, returned: CommunicationsReturned) -> None: ...

    async def responses(self, campaign: str) -> Sequence[ResponseCount]: ...

    async def progress(self, campaign: str) -> dict[str, Any]:
        """What is known of `population`, `waves`, `dispatch`, `notices` and `returned`, as JSON; missing while not
        known.
        """
        ...


def results(progress: Mapping[str, Any], responses: Sequence[ResponseCount], campaign: str) -> dict[str, Any]:
    """What came of a campaign: how many were issued, if dispatch is complete, and how many responded in what way."""
    arms = progress.get("dispatch", {}).get("arms")
    counts: dict[str, int] = {}
    for response in responses:
        counts[response.kind] = counts.get(response.kind, 0) + response.count
    issued = sum(arm["issued"] for arm in arms) if arms is not None else None
    return {"campaign": campaign, "issued": issued, "responses": counts}
