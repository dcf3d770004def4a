"""The contact rate of an arm, with its uncertainty and its source."""

from collections.abc import Iterator

from shared.errors import Problem
from shared.values import OfficialText, Value


class Rate(Value):
    """The share of the communications of an arm after which a customer gets in touch.

    `low` and `high` are taken as the 5% and 95% points of a Gamma distribution with the mean `central`. `source` says
    where the three figures come from.
    """

    low: float
    central: float
    high: float
    source: OfficialText = ""


def rate_problems(field: str, rate: Rate) -> Iterator[Problem]:
    for name in ("low", "central", "high"):
        if not 0 <= getattr(rate, name) <= 1:
            yield Problem(f"{field}.{name}", "share", "a rate is a share of communications: from 0 to 1")
    if not rate.low <= rate.central <= rate.high:
        yield Problem(field, "ordered", "low is at most central, and central at most high")
    if not rate.source.strip():
        yield Problem(f"{field}.source", "required", "say where the rate comes from: nobody publishes one")
