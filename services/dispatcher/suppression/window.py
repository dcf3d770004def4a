"""Contact window: who a campaign leaves alone because of when others contacted them."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.suppression.rules import (
    SuppressionRules,
)


@dataclass(frozen=True, slots=True)
class LeavingAlone:
    """Whom `campaign` leaves alone on `day`: those listed on that day, and those contacted by another campaign after
    `contacted_since`."""

    campaign: str
    day: date
    contacted_since: date


def leaving_alone(campaign: str, day: date, days: int) -> LeavingAlone:
    return LeavingAlone(campaign, day, day - timedelta(days=days))


def days_left_alone(schema: PopulationSchema, rules: SuppressionRules) -> int:
    own = schema.recently_contacted_days
    return rules.recently_contacted_days if own is None else own
