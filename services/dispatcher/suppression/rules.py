"""Rules of suppression: who is not written to, and why.

Applied before randomisation, so that the arms stay comparable, and again just before issue.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, model_validator

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.customers.customer import FLAGS, FORMATS, STANDARD, Customer
from services.dispatcher.suppression.reach import means_of, reached_by
from shared.values import Code, Value

DUPLICATE, RECENTLY_CONTACTED, RESTRICTED = "duplicate", "recently-contacted", "restricted"
ERASED = "erased"
"""Reason of a customer who was taken out of a population before their letter was issued."""
NO_ADDRESS, NO_TRANSLATION, UNMET_FORMAT = "no-usable-address", "welsh-without-translation", "unmet-format-need"
OURS = (DUPLICATE, RECENTLY_CONTACTED, RESTRICTED, NO_ADDRESS, NO_TRANSLATION, UNMET_FORMAT)


class Reason(Value):
    """`flag`: rows that have it are suppressed. `listed`: suppression lists may give this reason."""

    code: Code
    flag: Code | None = None
    listed: bool = False


class SuppressionRules(Value):
    """`reasons`, the gravest first; `formats` that can be made; days for which a contacted customer is left alone."""

    reasons: tuple[Reason, ...]
    formats: frozenset[Code]
    recently_contacted_days: Annotated[int, Field(ge=0, le=730)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "SuppressionRules":
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) < len(codes) or not set(OURS) <= set(codes):
            raise ValueError(f"each reason once, and these always: {', '.join(OURS)}")
        if not {reason.flag for reason in self.reasons if reason.flag} <= FLAGS or not self.formats <= set(FORMATS):
            raise ValueError("a flag or format is not known")
        return self

    @property
    def listed(self) -> frozenset[str]:
        return frozenset(reason.code for reason in self.reasons if reason.listed)

    def gravest(self, found: Iterable[str | None]) -> str | None:
        """Returns the gravest of several reasons."""
        there = set(found)
        return next((reason.code for reason in self.reasons if reason.code in there), None)

    def flagged(self, flags: AbstractSet[str]) -> list[str]:
        return [reason.code for reason in self.reasons if reason.flag in flags]


@dataclass(frozen=True, slots=True)
class Needs:
    """Needs of every arm together: a customer is randomised only if each arm could write to them. `formats` are those
    that the channel of every arm makes."""

    languages: AbstractSet[str]
    reached_by: AbstractSet[str] = field(default_factory=lambda: frozenset({"address"}))
    formats: AbstractSet[str] = frozenset(FORMATS)


def needs_of(campaign: DispatchedCampaign, channels: Mapping[str, ChannelCapabilities]) -> Needs:
    """`channels` are those that are configured; one that is not makes no format."""
    codes = [arm.channel or "print" for arm in campaign.plan.arms if not arm.control]
    means = {means_of(code) for code in codes}
    made = frozenset(FORMATS).intersection(*(channels.get(code, ChannelCapabilities()).formats for code in codes))
    return Needs(campaign.languages, frozenset(means - {""}), made)


def unreachable(channel: str, customer: Customer) -> str | None:
    """Returns why the customer cannot be written to by this channel, if so: a later plan may have another channel."""
    means = means_of(channel)
    return None if not means or reached_by(customer, means) else NO_ADDRESS


def reason_to_suppress(
    customer: Customer, needs: Needs, rules: SuppressionRules, known: Iterable[str] = ()
) -> str | None:
    """The gravest of all reasons: the row's own flags, what cannot be met, and `known` from elsewhere."""
    found = [
        *known,
        *rules.flagged(customer.flags),
        None if all(reached_by(customer, means) for means in needs.reached_by) else NO_ADDRESS,
        None if customer.language in needs.languages else NO_TRANSLATION,
        None if customer.format in (STANDARD, *(rules.formats & needs.formats)) else UNMET_FORMAT,
    ]
    return rules.gravest(found)
