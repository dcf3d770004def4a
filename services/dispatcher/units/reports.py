"""Reports of units to planner: said in bounded events, and again as the same events when a handler runs again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.schedule.allocation import Allocator
from services.dispatcher.units.ports import UnitRepository
from services.dispatcher.units.unit import (
    CustomerOf,
    DealtWith,
    Together,
    Token,
    cause_of,
    correction_of,
    is_trial,
    outcomes_of,
    settled,
    together,
)
from shared.contracts import OutcomeCorrected, OutcomesRecorded, UnitOutcomes, UnitsAllocated
from shared.contracts.trial_units import UNITS_PER_EVENT, AllocatedUnit
from shared.errors import NotYet
from shared.events import Announcer, Event


class UnitReports:
    """`customer` gives a customer's token, `unit` the unit that a token is in a campaign, `place` what stands for those
    who are randomised as one."""

    def __init__(
        self, repository: UnitRepository, customer: CustomerOf, unit: Token, place: Together, announcer: Announcer
    ) -> None:
        self._repository = repository
        self._customer = customer
        self._unit = unit
        self._place = place
        self._announcer = announcer

    async def allocated(self, reference: str, load: str, at: datetime) -> None:
        """Says every randomised customer of the load, allocated `at` that time, some in each event. Who was erased
        meanwhile is left out."""
        campaign = await self._repository.campaign(reference)
        if not is_trial(campaign):
            return
        held: list[AllocatedUnit] = []
        part, allocator = 1, Allocator(campaign.plan.arms, campaign.plan.allocation_seed)
        generation = campaign.plan.generation
        async for eligible, customer in self._repository.randomised(load):
            if customer.erased:
                continue
            held.append(
                AllocatedUnit(
                    unit=self._unit(reference, self._customer(campaign.customer(customer.reference), generation)),
                    arm=allocator.arm(eligible.place),
                    stratum=eligible.place.stratum,
                    cluster=self._place(reference, together(eligible.place), generation),
                )
            )
            if len(held) == UNITS_PER_EVENT:
                await self._say_allocated(
                    UnitsAllocated(campaign=reference, load=load, part=part, units=tuple(held)), at
                )
                part, held = part + 1, []
        if held:
            await self._say_allocated(UnitsAllocated(campaign=reference, load=load, part=part, units=tuple(held)), at)

    async def settled(self, reference: str, chunk: int, known: Sequence[DealtWith] | None = None) -> None:
        """Says what became of the chunk's units so far, as the ledger has it, or as `known` to be there."""
        if not await self._is_trial(reference):
            return
        customers = await self._repository.dealt_with(reference, chunk) if known is None else known
        if customers:
            said, at = settled(reference, chunk, customers, self._unit), max(customer.at for customer in customers)
            await self._announcer.announce(cause_of(said, at), at, said)

    async def outcomes(self, event: Event[OutcomesRecorded]) -> None:
        await self._say_outcomes(event.id, outcomes_of(event.data, self._unit))

    async def correction(self, event: Event[OutcomeCorrected]) -> None:
        await self._say_outcomes(event.id, correction_of(event.data, self._unit))

    async def _say_allocated(self, said: UnitsAllocated, at: datetime) -> None:
        await self._announcer.announce(f"{said.load}:units:{said.part}", at, said)

    async def _say_outcomes(self, cause: str, said: UnitOutcomes | None) -> None:
        if said is not None and await self._is_trial(said.campaign):
            await self._announcer.announce(cause, said.recorded_at, said)

    async def _is_trial(self, reference: str) -> bool:
        campaign: DispatchedCampaign | None = None
        with suppress(NotYet):  # nobody is randomised in a campaign that was never approved
            campaign = await self._repository.campaign(reference)
        return campaign is not None and is_trial(campaign)
