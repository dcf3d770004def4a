"""A trial as planner hears of it: invented customers of a campaign, allocated, written to, and some of them acting."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from numpy.random import default_rng

from services.planner.handlers import Handlers
from shared.contracts import Contract, UnitOutcomes, UnitsAllocated, UnitsSettled
from shared.identifiers import derived_id
from tests.planner.given.hearing import heard

LOAD = "0b8ff5c2-3b6d-5f0a-9a53-2f6a7c1d9e10"
PER_EVENT = 500


def token(number: int) -> str:
    return f"{number * 48_271 % 2_147_483_647:08x}{number:024x}"


class TrialEvents:
    """Events about `arms` (in turn, as often as they are named) and the share of each that acts."""

    def __init__(self, campaign: str, arms: Sequence[str], acting: Mapping[str, float], customers: int) -> None:
        self._campaign = campaign
        self._acting = acting
        self.arms = [arms[n % len(arms)] for n in range(customers)]

    def allocated(self) -> list[Contract]:
        units = [
            {"unit": token(n), "arm": arm, "stratum": "all", "cluster": token(n)} for n, arm in enumerate(self.arms)
        ]
        return [
            UnitsAllocated.model_validate({"campaign": self._campaign, "load": LOAD, "part": part, "units": some})
            for part, some in self._parts(units)
        ]

    def settled(self, on: date) -> list[Contract]:
        units = [
            {"unit": token(n), "arm": arm, "state": "control" if arm == "control" else "sent"}
            for n, arm in enumerate(self.arms)
        ]
        return [
            UnitsSettled.model_validate({"campaign": self._campaign, "chunk": chunk, "on": on, "units": some})
            for chunk, some in self._parts(units)
        ]

    def acted(self, on: date, code: str) -> list[Contract]:
        """Outcomes spread over that day and the 30 after it."""
        rng = default_rng(4)
        found = [
            {"id": derived_id("act", str(n)), "unit": token(n), "outcome": code, "on": on + timedelta(days=n % 31)}
            for n, arm in enumerate(self.arms)
            if rng.random() < self._acting[arm]
        ]
        fields = {"campaign": self._campaign, "recorded_at": "2026-10-12T09:00:00Z"}
        return [UnitOutcomes.model_validate(fields | {"outcomes": some}) for _, some in self._parts(found)]

    @staticmethod
    def _parts(rows: Sequence[Any]) -> list[tuple[int, Sequence[Any]]]:
        return [(start // PER_EVENT + 1, rows[start : start + PER_EVENT]) for start in range(0, len(rows), PER_EVENT)]


async def tell(hear: Handlers, said: Sequence[Contract]) -> None:
    for data in said:
        event: Any = heard(data)
        if isinstance(data, UnitsAllocated):
            await hear.keep_units(event)
        elif isinstance(data, UnitsSettled):
            await hear.settle_units(event)
        else:
            await hear.keep_unit_outcomes(event)


async def heard_of(hear: Handlers, campaign: str, on: date) -> None:
    """Lets planner hear of 600 customers of a campaign, of whom those with a letter disclose more often."""
    acting = {"control": 0.1, "plain": 0.3, "social-norm": 0.5}
    events = TrialEvents(campaign, ("control", "plain", "plain", "social-norm", "social-norm"), acting, 600)
    await tell(hear, [*events.allocated(), *events.settled(on), *events.acted(on, "disclosed")])
