"""What notifier does about what it hears: it keeps what notices need, and tells who must know."""

from services.notifier.notifying import NoticeRepository, Notifying
from shared.contracts import CampaignApproved, Contract, LinesToTakePublished
from shared.messaging import Event


class Handlers:
    def __init__(self, repository: NoticeRepository, notifying: Notifying) -> None:
        self._repository = repository
        self._notifying = notifying

    async def keep_lines_to_take(self, event: Event[LinesToTakePublished]) -> None:
        await self._repository.keep_lines(event.data)

    async def announce_campaign(self, event: Event[CampaignApproved]) -> None:
        await self._repository.keep_campaign(event.data)
        await self._notifying.notify(event)

    async def notify(self, event: Event[Contract]) -> None:
        await self._notifying.notify(event)
