"""Print files made again, from the customers and the plan as they were settled, without the files themselves."""

import asyncio
from collections.abc import Mapping

from services.dispatcher.audit.ports import Audited
from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.channels.channel import Batch
from services.dispatcher.channels.printing.files import print_files
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.schedule.chunk import Chunk, FileDigests

PRINTED = "print"
"""The channel that hands files over."""


class MadeAgain:
    """`settler` is the one that letters were settled and composed by."""

    def __init__(self, repository: Audited, settler: Settler) -> None:
        self._repository = repository
        self._settler = settler

    async def files(self, campaign: DispatchedCampaign, chunk: Chunk) -> Mapping[str, FileDigests]:
        """Returns, by channel, digests of the files that this chunk's letters must be in. None of a chunk with a letter
        to somebody who was erased since, or who is not in the population: that one cannot be made again."""
        if PRINTED not in chunk.out or PRINTED not in chunk.settled:
            return {}
        recipients = await self._repository.recipients(str(campaign.load), chunk)
        if any(assignment.row not in recipients for assignment in chunk.assignments):
            return {}
        in_hand = await self._settler.in_hand(campaign, chunk, recipients)
        part = await self._settler.part(in_hand, PRINTED)
        letters = part.communications
        if not letters or any(letter.customer.erased for letter in letters):
            return {}
        batch = Batch(chunk.campaign, chunk.number, PRINTED, part.settlement.issue.at, letters)
        return {PRINTED: (await asyncio.to_thread(print_files, batch)).digests}
