"""The interface of a provider that is handed one communication at a time, and its answers."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from services.dispatcher.letters.communication import Communication

UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it, because of `reason` (a code)."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """The provider does not take it for this one recipient at present, and may later; others are not concerned."""


Answer = Accepted | Refused | PutOff


class Provider(Protocol):
    can_find: ClassVar[bool]
    """True if the provider can be asked for a communication by its reference. If not, a communication that was tried
    and has no result is never tried again: it is `failed` and `unconfirmed`, for a person to look into."""

    async def hand_over(self, communication: Communication) -> Answer:
        """Raises `Unavailable` or `Deferred` when none may be taken before later. A provider that cannot find then has
        not taken it for certain; one that can is asked for it before it is tried again."""
        ...

    async def find(self, reference: str) -> Accepted | None:
        """Returns what the provider has under this reference; None if it has nothing."""
        ...
