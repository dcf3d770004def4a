"""What waits for a team, a page at a time."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import Field

from shared.paging import Place, cursor, place
from shared.values import CampaignReference, Identifier, LetterReference, Value


class Waiting(Value):
    """Something on a work list: of which contact, and about whom."""

    id: Identifier
    contact: Identifier
    campaign: CampaignReference | None
    letter: LetterReference | None = None
    customer: str | None = None
    given: str | None = None

    @property
    def about(self) -> list[str | None]:
        """Every name of the customer, as its contact has them."""
        return [self.customer, self.letter, self.given]

    @property
    def place(self) -> Place:
        """Where in the list it stands."""
        raise NotImplementedError


W = TypeVar("W", bound=Waiting)


class Asked(Value):
    """`after` is what `next` of the page before said."""

    after: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)

    @property
    def position(self) -> Place | None:
        """Raises `Malformed` for an `after` that no page said."""
        return place(self.after) if self.after else None


class Page(Value, Generic[W]):
    """`next` asks for the page after this one; none if this is the last."""

    items: tuple[W, ...]
    next: str | None = None

    @classmethod
    def of(cls, items: Sequence[W], limit: int) -> "Page[W]":
        """The first of `items`; any that are left over are on the page after it."""
        shown = tuple(items[:limit])
        return cls(items=shown, next=cursor(shown[-1].place) if len(items) > limit else None)
