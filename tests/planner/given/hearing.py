"""Events as planner hears them, and the handlers that hear them."""

from datetime import datetime
from typing import TypeVar

from services.planner.campaigns import Campaigns
from services.planner.evaluation.ports import UnitRepository
from services.planner.handlers import Handlers
from services.planner.progress.ports import ProgressRepository
from services.planner.steering.refits import Refits
from shared.contracts import Contract
from shared.events import Event, first_event
from tests.planner.given.plans import DESIGNED, plan
from tests.support.inside import Inside

C = TypeVar("C", bound=Contract)
CAMPAIGN = "OTM-26-0001"


def heard(data: C) -> Event[C]:
    return first_event(data, "somebody", DESIGNED)


class Said(list[Contract]):
    """Keeps what handlers say, in the place of the bus, and its causes."""

    def __init__(self) -> None:
        super().__init__()
        self.causes: list[str] = []

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        self.extend(said)
        self.causes += [cause if isinstance(cause, str) else cause.id] * len(said)


def handlers(planner: Inside, said: Said | None = None) -> Handlers:
    parts = planner.part(Campaigns), planner.part(ProgressRepository), planner.part(UnitRepository)
    return Handlers(*parts, Said() if said is None else said, planner.part(Refits))


async def drafted(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        await designer.post("/v1/campaigns", json=plan())
