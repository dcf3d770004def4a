"""The port through which planner keeps and reads the progress of campaigns."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from services.planner.agreement.sign_off import Told
from services.planner.forecast.schedule.issued import IssuedCount
from services.planner.progress.progress import OutcomeTotal, Response, ResponseCount, Sent
from shared.contracts import (
    CommunicationsIssued,
    CommunicationsReturned,
    DispatchCompleted,
    NoticeFailed,
    NoticeSent,
    OutcomeCorrected,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
    WaveStarted,
)


class ProgressRepository(Protocol):
    """Keeps progress. Every write may be repeated: an event heard twice changes nothing."""

    async def population_loaded(self, loaded: PopulationLoaded) -> None: ...

    async def population(self, campaign: str) -> PopulationLoaded | None:
        """Returns the population; None before it is loaded."""
        ...

    async def wave_started(self, started: WaveStarted) -> None: ...

    async def waves(self, campaign: str) -> Sequence[WaveStarted]:
        """Returns the waves that have started, by number."""
        ...

    async def communications_issued(self, id_: str, issued: CommunicationsIssued) -> None:
        """Counts what went out, once for each event id."""
        ...

    async def issued(self, campaign: str) -> Sequence[IssuedCount]:
        """Returns what has gone out, by day, wave and arm."""
        ...

    async def sent_of(self, campaigns: Collection[str]) -> Mapping[str, Sent]:
        """Returns who may be written to, what has started and what has gone out, of each of many campaigns."""
        ...

    async def dispatch_completed(self, completed: DispatchCompleted) -> None: ...

    async def dispatched(self, campaign: str) -> bool:
        """Returns whether dispatcher has said that nothing is left to issue."""
        ...

    async def notice(self, notice: NoticeSent | NoticeFailed) -> None: ...

    async def notified(self, campaign: str) -> Mapping[str, Told]:
        """Returns, by team, the newest briefing that the team was sent a notice of."""
        ...

    async def count(self, responses: Sequence[Response]) -> None:
        """Adds each response to its day, arm and kind, once for each id."""
        ...

    async def recount(self, id_: str, version: int, response: Response | None) -> None:
        """Replaces how a response is counted; None counts it no more. A version that was counted before changes
        nothing.
        """
        ...

    async def outcomes_recorded(self, recorded: OutcomesRecorded) -> None: ...

    async def outcomes_attributed(self, attributed: OutcomesAttributed) -> None:
        """Counts these outcomes for their arms, also when this is heard before the outcomes were recorded."""
        ...

    async def outcome_corrected(self, corrected: OutcomeCorrected) -> None:
        """Counts an outcome as it is now, or no more; also when this is heard before it was recorded."""
        ...

    async def outcomes(self, campaign: str) -> Sequence[OutcomeTotal]: ...

    async def returned(self, returned: CommunicationsReturned) -> None: ...

    async def responses(self, campaign: str) -> Sequence[ResponseCount]: ...

    async def progress(self, campaign: str) -> dict[str, Any]:
        """Returns `population`, `waves`, `dispatch`, `notices` and `returned` as JSON; each is missing while it is not
        known.
        """
        ...
