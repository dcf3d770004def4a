"""Work lists of teams: items that wait, a page at a time."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from shared.errors import Conflict
from shared.paging import Placed
from shared.values import CampaignReference, Identifier, LetterReference

State = TypeVar("State", bound=str)


class Waiting(Placed):
    """An item on a work list: its contact, and the names of the customer."""

    id: Identifier
    contact: Identifier
    campaign: CampaignReference | None
    letter: LetterReference | None = None
    customer: str | None = None
    given: str | None = None

    @property
    def about(self) -> list[str | None]:
        """Names of the customer, as its contact has them."""
        return [self.customer, self.letter, self.given]


def expect_step(state: str, wanted: State, before: Mapping[State, Sequence[State]]) -> None:
    """Raises `Conflict` for a step that cannot be taken from `state`; `before` has the states that each may follow."""
    if state not in before[wanted]:
        raise Conflict(f"what is {state} cannot be {wanted}; it must be {' or '.join(before[wanted])} first")
