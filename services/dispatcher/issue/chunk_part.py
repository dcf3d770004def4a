"""A chunk in hand, and its parts: those who are written to by one channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.letters.communication import Communication
from services.dispatcher.schedule.chunk import Chunk, Settlement, treated
from shared.contracts import CampaignApproved
from shared.contracts.campaigns import Arm


@dataclass(frozen=True, slots=True)
class ChannelPart:
    """Customers of a chunk whose arms have the same channel: `communications` go to those who are not suppressed."""

    channel: str
    settlement: Settlement
    communications: Sequence[Communication] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChunkInHand:
    """A chunk with its customers, by row, and the campaign by the plan that is to be followed."""

    campaign: DispatchedCampaign
    chunk: Chunk
    recipients: Mapping[int, Recipient] = field(repr=False)

    @property
    def load(self) -> str:
        return str(self.campaign.load)

    @property
    def channels(self) -> list[str]:
        """Channels of the arms that any customer of the chunk is in."""
        to_write_to = treated(self.chunk.assignments, self.campaign.controls)
        return sorted({str(self.campaign.arm(code).channel) for code in {a.arm for a in to_write_to}})

    def rows(self, channel: str) -> list[int]:
        """The rows of those in arms of this channel, in order."""
        arms = {arm.code for arm in self.campaign.plan.arms if not arm.control and arm.channel == channel}
        return sorted(assignment.row for assignment in self.chunk.assignments if assignment.arm in arms)

    def by(self, plan: CampaignApproved) -> "ChunkInHand":
        return replace(self, campaign=self.campaign.model_copy(update={"plan": plan}))

    @property
    def arms(self) -> dict[int, Arm]:
        """Arms by row."""
        by_code = {arm.code: arm for arm in self.campaign.plan.arms}
        return {assignment.row: by_code[assignment.arm] for assignment in self.chunk.assignments}
