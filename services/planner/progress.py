"""What has become of a campaign so far, as other services tell it: population, dispatch, responses, briefings."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from shared.contracts import DispatchCompleted, NoticeFailed, NoticeSent, PopulationLoaded
from shared.values import CampaignReference, Code, Count, Value


class Response(Value):
    """One customer getting in touch, as it is counted. `kind` is `contact` or `volunteered`."""

    event: str
    campaign: CampaignReference
    on: date
    arm: Code
    kind: Code


class ResponseCount(Value):
    on: date
    arm: Code
    kind: Code
    count: Count


class ProgressRepository(Protocol):
    """Every write may be repeated: an event heard twice changes nothing."""

    async def population_loaded(self, loaded: PopulationLoaded) -> None: ...

    async def dispatch_completed(self, completed: DispatchCompleted) -> None: ...

    async def notice(self, notice: NoticeSent | NoticeFailed) -> None: ...

    async def count(self, response: Response) -> None:
        """Add one to its day, arm and kind, once for each event id."""
        ...

    async def responses(self, campaign: str) -> Sequence[ResponseCount]: ...

    async def progress(self, campaign: str) -> dict[str, object]:
        """What is known of `population`, `dispatch` and `notices`, as JSON values; missing while not known."""
        ...
