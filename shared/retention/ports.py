"""The store of records, as their deletion uses it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.retention.policy import RecordType


class RetentionRepository(Protocol):
    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        """Documents that no restriction holds and whose time has passed, by id: how many records each has."""
        ...

    async def delete(self, kind: RecordType, identifiers: Sequence[str]) -> None: ...
