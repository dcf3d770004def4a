"""Offer of channels: said once, and again when the settings of dispatcher have changed."""

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

from services.dispatcher.campaigns.capabilities import ChannelCapabilities, offer
from shared.clock import Clock
from shared.contracts import ChannelsOffered


class OfferRepository(Protocol):
    async def say_if_new(self, offered: ChannelsOffered, digest: str) -> bool:
        """Says the offer and keeps its digest, all or nothing, unless it was the last that was said. Returns whether
        it was said."""
        ...


class Offering:
    def __init__(
        self,
        repository: OfferRepository,
        channels: Mapping[str, ChannelCapabilities],
        formats: AbstractSet[str],
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._formats = formats
        self._clock = clock

    async def say(self) -> bool:
        """Says what this process can issue, if other services heard something else last. Nothing is left to do then."""
        offered = offer(self._channels, self._formats, self._clock.now())
        content = offered.model_dump_json(exclude={"offered_at"})
        await self._repository.say_if_new(offered, hashlib.sha256(content.encode()).hexdigest())
        return False
