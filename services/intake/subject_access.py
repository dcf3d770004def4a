"""What we hold about a customer, in one piece: for them to read, and for the team that answers for it."""

from datetime import datetime
from typing import Any

from shared.values import Value

Record = dict[str, Any]


class Export(Value):
    """`holdings` are the records by type, with what is encrypted elsewhere in clear; `seen_by` is who saw them."""

    made_at: datetime
    letters: tuple[str, ...]
    holdings: dict[str, list[Record]]
    seen_by: list[Record]
    restricted: bool

    @property
    def empty(self) -> bool:
        return not any(self.holdings.values())
