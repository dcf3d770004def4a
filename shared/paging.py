"""A long list, a page at a time: each page says where it ended, in a text with which the next one is asked for."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

import orjson
from pydantic import Field

from shared.errors import Malformed
from shared.values import Value

Place = tuple[datetime, str]
"""The instant by which a list is in order, and the id of what stands there."""


def cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place(text: str) -> Place:
    """Raises `Malformed` for anything that was not given by `cursor`."""
    try:
        at, identifier = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        when = datetime.fromisoformat(at)
    except (ValueError, TypeError) as error:
        raise Malformed("`after` is what `next` of a page said, as it was") from error
    if when.tzinfo is None or not isinstance(identifier, str):
        raise Malformed("`after` is what `next` of a page said, as it was")
    return when, identifier


class Placed(Value):
    """An item of a list that knows its place in it."""

    @property
    def place(self) -> Place:
        """Returns where in the list it stands."""
        raise NotImplementedError


W = TypeVar("W", bound=Placed)


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
