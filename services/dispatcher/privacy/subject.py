"""A customer as the data protection team asks about them, and when what is kept of them may be taken out."""

from dataclasses import dataclass

from services.dispatcher.campaigns.campaign import DispatchedCampaign, Status
from services.dispatcher.schedule.chunk import Chunk
from shared.values import CampaignReference, Code, Count, Value

IN_HAND = "their letter is being issued: ask again when its chunk is out"


@dataclass(frozen=True, slots=True)
class Subject:
    """`index` is what the customer is found by here, `tokens` what stands for them in events and audit trails, of all
    generations: the newest first, which is written down from now on."""

    index: bytes
    tokens: tuple[str, ...]

    @property
    def token(self) -> str:
        return self.tokens[0]


@dataclass(frozen=True, slots=True)
class Row:
    """A customer in the population of one campaign: `number` counts from 1, `load` is the load that it came with."""

    campaign: CampaignReference
    load: str
    number: int
    loaded_at: str


class Refusal(Value):
    """A campaign in which the data has to stay, and why."""

    campaign: CampaignReference
    because: str


class Erasure(Value):
    """Result of an erasure: counts by type of record, and what has to stay."""

    erased: dict[Code, Count]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class RowProgress:
    """Progress of a row. `chunk` is None while it is not allocated."""

    row: Row
    campaign: DispatchedCampaign
    chunk: Chunk | None

    @property
    def reason_to_wait(self) -> str | None:
        """Returns why the row cannot be erased now; None if it can.

        Whoever waits for a letter gets none once they are erased; one whose letter is in hand may be written to at this
        moment.
        """
        settled = self.campaign.status is Status.STOPPED or self._dealt_with
        return IN_HAND if self._in_hand and not settled else None

    @property
    def to_be_left_out(self) -> bool:
        """True if the chunk must still learn that there is nobody to write to."""
        return self.chunk is not None and not self._in_hand and not self._dealt_with

    @property
    def _in_hand(self) -> bool:
        return self.chunk is not None and bool(self.chunk.settled)

    @property
    def _dealt_with(self) -> bool:
        """True if the letter is out, the arm is a control arm, or the row was suppressed when its chunk was settled."""
        if self.chunk is None:
            return False
        arm = next(assignment.arm for assignment in self.chunk.assignments if assignment.row == self.row.number)
        suppressed = any(self.row.number in settlement.suppressed for settlement in self.chunk.settled.values())
        return self.chunk.finished or self.campaign.arm(arm).control or suppressed
