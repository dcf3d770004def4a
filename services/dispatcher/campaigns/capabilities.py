"""Capabilities of a channel beside carrying a letter in standard print."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from shared.contracts import ChannelsOffered
from shared.contracts.campaigns import Language
from shared.contracts.channels import OfferedChannel

BOTH_LANGUAGES: frozenset[Language] = frozenset({"en", "cy"})


@dataclass(frozen=True, slots=True)
class ChannelCapabilities:
    """`formats`: those, other than standard print, in which it reaches a customer. `agent_copies`: whether a copy for
    the customer's agent can go beside the letter. `a_day` and `a_minute`: the most that go out; None is no limit."""

    formats: AbstractSet[str] = frozenset()
    agent_copies: bool = False
    languages: AbstractSet[Language] = BOTH_LANGUAGES
    a_day: int | None = None
    a_minute: int | None = None


def offer(channels: Mapping[str, ChannelCapabilities], formats: AbstractSet[str], at: datetime) -> ChannelsOffered:
    """Returns what planner is told. `formats` are those that the reviewed rules of suppression allow at all."""
    return ChannelsOffered(
        channels=tuple(
            OfferedChannel(
                code=code,
                formats=tuple(sorted(can.formats & formats)),
                languages=tuple(sorted(can.languages, reverse=True, key=lambda language: language == "en")),
                agent_copies=can.agent_copies,
                a_day=can.a_day,
                a_minute=can.a_minute,
            )
            for code, can in sorted(channels.items())
        ),
        offered_at=at,
    )
