"""Capabilities of a channel beside carrying a letter in standard print."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelCapabilities:
    """`formats`: those, other than standard print, in which it reaches a customer. `agent_copies`: whether a copy for
    the customer's agent can go beside the letter."""

    formats: AbstractSet[str] = frozenset()
    agent_copies: bool = False
