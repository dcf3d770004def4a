"""Work lists of teams: items that wait, a page at a time."""

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from shared.errors import Conflict
from shared.paging import Placed
from shared.values import CampaignReference, Code, Identifier, Instant, LetterReference, Value

State = TypeVar("State", bound=str)
LONGEST_NOTE = 4_000  # characters
MOST_NOTES = 50


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


class Note(Value):
    """A note of a team about its work. The customer may ask to read it."""

    id: Identifier
    by: Code
    at: Instant
    note: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NOTE)] = Field(repr=False)


def expect_step(state: str, wanted: State, before: Mapping[State, Sequence[State]]) -> None:
    """Raises `Conflict` for a step that cannot be taken from `state`; `before` has the states that each may follow."""
    if state not in before[wanted]:
        raise Conflict(f"what is {state} cannot be {wanted}; it must be {' or '.join(before[wanted])} first")
