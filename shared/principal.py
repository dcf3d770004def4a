"""Someone or something we know, and what they may do."""

from dataclasses import dataclass
from typing import Literal

from shared.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """`subject` is a staff or system code, never a name; `team` the code of the team they work for, if any."""

    subject: str
    kind: Literal["person", "machine"]
    scopes: frozenset[str]
    team: str | None = None

    @property
    def works_for(self) -> str:
        """The code of the team; who has none, as a helpline's system may, is one of their own."""
        return self.team or self.subject

    def expect(self, *scopes: str) -> None:
        """Raises `Forbidden` unless the caller holds one of `scopes`."""
        if self.scopes.isdisjoint(scopes):
            raise Forbidden(f"this needs the scope {' or '.join(scopes)}")
