"""The policy of retention: how long each type of record is kept, and whether it can be erased before."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from shared.clock import LONDON
from shared.errors import Invalid
from shared.reading.bounded_yaml import read_yaml
from shared.refusals import in_one_line
from shared.values import Code, Title, Value


class Owner(Value):
    """The record that others belong to, and count their time by: those whose `field` is its `key`. Where `field` is
    `_id`, records belong to it whose ids begin with its key and a colon."""

    collection: str
    key: str
    field: str


class RecordType(Value):
    """A type of record and its time: `days` are counted from the instant in the field `since`, of the record or of its
    owner; `because` is the reason.

    A record that is not `erasable` is erased on request only once its days have passed. Records with a value of
    `unless` are kept on. `day`: the field `since` holds a day, as 2026-12-31.
    """

    name: Code
    collection: str
    since: str
    days: Annotated[int, Field(ge=1, le=36_525)]
    because: Title
    erasable: bool = False
    day: bool = False
    owner: Owner | None = None
    unless: dict[str, bool] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _own_fields(self) -> Self:
        """Raises `ValueError` for `unless` of what counts by its owner: nobody would look at it."""
        if self.owner and self.unless:
            raise ValueError("what counts by its owner has no `unless`")
        return self

    @property
    def found_by(self) -> tuple[tuple[str, str], ...]:
        """Collections and fields that must have an index."""
        if self.owner is None:
            return ((self.collection, self.since),)
        return ((self.owner.collection, self.since), (self.collection, self.owner.field))

    def ends(self, since: datetime) -> datetime:
        return since + timedelta(days=self.days)

    def kept_from(self, now: datetime) -> datetime:
        """Returns the instant before which records have been kept for long enough."""
        return now - timedelta(days=self.days)

    def bound(self, now: datetime) -> datetime | str:
        """Returns the same as it stands in the field `since`."""
        before = self.kept_from(now)
        return before.astimezone(LONDON).date().isoformat() if self.day else before


Policy = tuple[RecordType, ...]


def load_policy(file: Path) -> Policy:
    """Raises `Invalid` for a file of another form, and when a type is there twice."""
    try:
        policy = TypeAdapter(Policy).validate_python(read_yaml(file))
    except ValidationError as error:
        raise Invalid(f"{file} is no policy of retention: {in_one_line(error)}") from None
    if len({kind.name for kind in policy}) < len(policy):
        raise Invalid("a type of record is there twice")
    return policy
