"""The contact rate that finished campaigns of the same kind suggest for the next one, with its spread.

The rates of campaigns differ by more than chance. Their variance is estimated by the method of moments (R. DerSimonian
and N. Laird (1986), Controlled Clinical Trials 7: 177-188), and the rate of a further campaign lies between `low` and
`high` nine times in ten by the t distribution (J. P. T. Higgins, S. G. Thompson and D. J. Spiegelhalter (2009), Journal
of the Royal Statistical Society A 172: 137-159, with one degree of freedom fewer than there are campaigns). One
campaign alone says nothing of the spread: it is taken as `ASSUMED_SPREAD` of the rate then.
"""

from collections.abc import Sequence
from math import sqrt

import scipy  # its parts load when they are first used: they take a second

from services.planner.plan.rate import Rate
from shared.values import CampaignReference, Code, Count, Value

ASSUMED_SPREAD = 0.25
"""The coefficient of variation of rates between campaigns, while only one is known: an assumption."""
HIGH = 0.95
LEAST_ISSUED = 100
"""Communications by a channel below which a campaign says too little."""


class FinishedArms(Value):
    """Results of a finished campaign by one channel: communications issued, and contacts after them."""

    campaign: CampaignReference
    channel: Code
    issued: Count
    contacts: Count

    @property
    def rate(self) -> float:
        return self.contacts / self.issued


class SuggestedRate(Value):
    """The rate suggested for one channel. `spread` is the standard deviation of the rates between campaigns."""

    channel: Code
    rate: Rate
    spread: float
    campaigns: tuple[FinishedArms, ...]


def suggested_rates(finished: Sequence[FinishedArms]) -> tuple[SuggestedRate, ...]:
    """Returns a rate for each channel that finished campaigns of the kind have used."""
    channels = dict.fromkeys(each.channel for each in finished)
    found = ([each for each in finished if each.channel == one and each.issued >= LEAST_ISSUED] for one in channels)
    return tuple(_suggested(each) for each in found if each)


def _suggested(finished: Sequence[FinishedArms]) -> SuggestedRate:
    central, between, of_mean = _moments(finished)
    known = len(finished) > 1
    reach = float(scipy.stats.t.ppf(HIGH, len(finished) - 1)) if known else float(scipy.stats.norm.ppf(HIGH))
    width = reach * sqrt(between + of_mean)
    names = ", ".join(each.campaign for each in finished)
    rate = Rate(
        low=max(0.0, central - width), central=central, high=min(1.0, central + width), source=f"came of {names}"
    )
    return SuggestedRate(channel=finished[0].channel, rate=rate, spread=sqrt(between), campaigns=tuple(finished))


def _moments(finished: Sequence[FinishedArms]) -> tuple[float, float, float]:
    """The mean rate, the variance between campaigns, and the variance of the mean."""
    pooled = sum(each.contacts for each in finished) / sum(each.issued for each in finished)
    chance = max(pooled, 1 / sum(each.issued for each in finished))
    if len(finished) == 1:
        return pooled, (ASSUMED_SPREAD * pooled) ** 2, chance / finished[0].issued
    weights = [each.issued / chance for each in finished]
    total = sum(weights)
    mean = sum(w * each.rate for w, each in zip(weights, finished, strict=True)) / total
    apart = sum(w * (each.rate - mean) ** 2 for w, each in zip(weights, finished, strict=True))
    freed = total - sum(w * w for w in weights) / total
    between = max(0.0, (apart - (len(finished) - 1)) / freed)
    anew = [1 / (chance / each.issued + between) for each in finished]
    central = sum(w * each.rate for w, each in zip(anew, finished, strict=True)) / sum(anew)
    return central, between, 1 / sum(anew)
