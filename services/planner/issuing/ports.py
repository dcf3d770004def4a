"""The port through which planner keeps what dispatcher offers."""

from typing import Protocol

from shared.contracts import ChannelsOffered


class OfferRepository(Protocol):
    async def keep(self, offered: ChannelsOffered) -> None:
        """Keeps the newest offer; heard twice or late, an older one changes nothing."""
        ...

    async def offered(self) -> ChannelsOffered | None:
        """Returns the newest offer; None while dispatcher has not said any."""
        ...
