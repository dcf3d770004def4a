"""The policy of retention: how long each type of record is kept, and whether it can be erased before."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from shared.errors import Invalid
from shared.values import Code, Title, Value


class RecordType(Value):
    """A type of record and its time: `days` are counted from the instant in the field `since`, `because` is the reason.

    A record that is not `erasable` is erased on request only once its days have passed.
    """

    name: Code
    collection: str
    since: str
    days: Annotated[int, Field(ge=1, le=36_525)]
    erasable: bool
    because: Title
    unless: dict[str, bool] = Field(default_factory=dict)

    def ends(self, since: datetime) -> datetime:
        return since + timedelta(days=self.days)

    def kept_from(self, now: datetime) -> datetime:
        """Returns the instant before which records have been kept for long enough."""
        return now - timedelta(days=self.days)


Policy = tuple[RecordType, ...]


def load_policy(file: Path) -> Policy:
    """Raises `Invalid` when a type is there twice, or contacts are to be kept by what a block of them does not say."""
    policy = TypeAdapter(Policy).validate_python(yaml.safe_load(file.read_text()))
    if len({kind.name for kind in policy}) < len(policy):
        raise Invalid("a type of record is there twice")
    if any(kind.collection == "contacts" and (kind.since != "recorded_at" or kind.unless) for kind in policy):
        raise Invalid("contacts are kept for a time since recorded_at, whatever they say")
    return policy
