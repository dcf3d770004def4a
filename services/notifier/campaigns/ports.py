"""Ports of campaigns: what notifier keeps of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from services.notifier.campaigns.campaign import Known
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignResumed,
    CampaignSlowed,
    FiguresChanged,
    LinesToTakePublished,
    WaveStarted,
)
from shared.contracts.campaign_decisions import CampaignDecision
from shared.contracts.contacts import RecordedContact


class CampaignRepository(Protocol):
    """Store of campaigns. Every write may be repeated; of two versions the higher stays."""

    async def keep_campaign(self, approved: CampaignApproved) -> None: ...

    async def first_of_plan(self, approved: CampaignApproved, event: str) -> bool:
        """Returns whether this event was the first to approve this version of the plan: a resumption says it again."""
        ...

    async def keep_briefing(self, approved: CampaignApproved) -> None:
        """Notes that teams were told the facts of this plan; plans that tell the same bring no further briefing."""
        ...

    async def keep_amendment(self, amended: CampaignAmended) -> None: ...

    async def keep_agreement(self, agreement: AgreementChanged) -> None: ...

    async def keep_decision(self, course: str, decision: CampaignDecision) -> None: ...

    async def keep_figures(self, figures: FiguresChanged) -> None: ...

    async def keep_resumption(self, resumed: CampaignResumed) -> None: ...

    async def keep_slowing(self, slowed: CampaignSlowed) -> None: ...

    async def keep_excursion(self, campaign: str, excursion: str) -> None:
        """Notes that the beginning of an excursion of contact volumes was told."""
        ...

    async def keep_wave(self, started: WaveStarted) -> None: ...

    async def keep_lines(self, published: LinesToTakePublished) -> None: ...

    async def known(self, campaign: str) -> Known: ...

    async def running(self) -> Mapping[str, int]:
        """Returns every campaign that may still have moments to come, with the number of its changes so far."""
        ...

    async def dates_of(self, campaign: str) -> tuple[int, Known]:
        """Returns the number of changes of a campaign so far, and the campaign without what its letters say."""
        ...

    async def forget(self, campaign: str) -> None:
        """Notes that the campaign runs no more."""
        ...

    async def latest_lines(self, campaign: str) -> int | None: ...

    async def lines(self, campaign: str, version: int) -> LinesToTakePublished | None: ...

    async def count(self, cause: str, contacts: Sequence[RecordedContact]) -> None:
        """Counts contacts about known letters, once for each `cause`: the contact, or the event about several."""
        ...

    async def contacts(self, campaign: str) -> Mapping[date, int]: ...
