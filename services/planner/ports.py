"""Store operations for campaigns, and what they return."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from services.planner.agreement.clashes import OtherCampaign
from services.planner.campaign import Campaign, Change
from services.planner.lifecycle import State
from shared.contracts import Contract
from shared.idempotency import Request
from shared.values import CampaignReference, Code, Count, Number, Title, Value


class Summary(Value):
    """A campaign in a list."""

    reference: CampaignReference
    title: Title
    regime: Code
    state: State
    version: Number
    author: Code
    launch: date | None
    customers: Count | None


class Entry(Change):
    """A change, and the version that it made."""

    version: int


class CampaignRepository(Protocol):
    async def next_reference(self, year: int) -> str:
        """Returns a reference such as `OTM-26-0001` that was never given before."""
        ...

    async def add(self, campaign: Campaign, request: Request) -> Campaign:
        """Keeps a new campaign. A repeated request returns the campaign it created first; with another body it raises
        `Conflict`.
        """
        ...

    async def get(self, reference: str) -> Campaign:
        """Returns one campaign. Raises `NotFound`."""
        ...

    async def is_paused(self, reference: str) -> bool: ...

    async def save(self, campaign: Campaign, said: list[Contract]) -> None:
        """Replaces the version before, adds its changes to the history, and says the events `said`, all or nothing.

        Raises `Stale` if the version before is not the present one.
        """
        ...

    async def all(self, state: State | None = None, regime: str | None = None) -> list[Summary]:
        """Returns all campaigns, or those in one state and of one regime, oldest first."""
        ...

    async def of_states(self, *states: State) -> list[Campaign]:
        """Returns the whole campaigns in these states: by state, in the order given, then the oldest first."""
        ...

    async def of(self, references: Collection[str]) -> list[Campaign]:
        """Returns those of these campaigns that there are."""
        ...

    async def of_regime(self, regime: str) -> list[OtherCampaign]:
        """Returns every campaign of the regime that has not ended."""
        ...

    async def history(self, reference: str, about: str | None = None) -> list[Entry]:
        """Returns every change, or those about one thing, oldest first."""
        ...
