"""What a service holds about a customer, in one piece: for them to read, and for the team that answers for it."""

from datetime import datetime
from typing import Any, Literal

from shared.values import Value

Record = dict[str, Any]
Ground = Literal["no-longer-needed", "consent-withdrawn", "objection", "unlawful", "legal-obligation", "not-theirs"]
"""Why a customer may ask that what is kept of them is erased."""


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
