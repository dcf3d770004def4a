"""Base of every event contract: frozen models of references, codes, counts and dates, never personal data."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.values import CampaignReference, Code, Count, Number

Generation = Annotated[Number, Field(exclude_if=lambda generation: generation == 1)]
"""The index key that tokens of customers are made with, counted from 1: absent for the first."""


class Part(BaseModel):
    """A piece of a contract. Readers ignore fields they do not know, so that additions stay within a version."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Contract(Part):
    """The body of one event type at one version.

    `event_type` is also the routing key, such as `campaign.approved.v1`. Additions with a default stay within the
    version; anything else is a new class with the next version, beside the old one.
    """

    event_type: ClassVar[str]
    private: ClassVar[bool] = False
    """A private contract is a service's message to itself, in a work queue of its own; nobody else can hear it."""
    outside: ClassVar[bool] = False
    """Other teams say it too, under users of the broker of their own."""
    urgent: ClassVar[bool] = False
    """Said before everything else that waits in the outbox."""
    at_once: ClassVar[int | None] = None
    """How many a replica has in hand at a time, where that is another number than the service's prefetch."""

    @property
    def subject(self) -> str:
        """The subject of the event: the campaign's reference, or the id of a thing without a campaign."""
        raise NotImplementedError

    @classmethod
    def schema_uri(cls) -> str:
        name, _, version = cls.event_type.rpartition(".")
        return f"urn:one-to-many:schema:{name}:{version}"


class CampaignContract(Contract):
    """An event about one campaign."""

    campaign: CampaignReference

    @property
    def subject(self) -> str:
        return self.campaign


class Tally(Part):
    """How many, and why."""

    reason: Code
    count: Count


def tallies(counts: Mapping[str, int]) -> tuple[Tally, ...]:
    """Returns one tally for each reason, in the order of the reasons."""
    return tuple(Tally(reason=reason, count=count) for reason, count in sorted(counts.items()))
