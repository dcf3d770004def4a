"""Contact window: who a campaign leaves alone because of when others contacted them."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.suppression.rules import (
    SuppressionRules,
)


@dataclass(frozen=True, slots=True)
class ContactWindow:
    """Customers that `campaign` leaves alone on `day`: those listed on that day, and those contacted by another
    campaign after `contacted_since`."""

    campaign: str
    day: date
    contacted_since: date


def contact_window(campaign: str, day: date, days: int) -> ContactWindow:
    return ContactWindow(campaign, day, day - timedelta(days=days))


def window_days(schema: PopulationSchema, rules: SuppressionRules) -> int:
    own = schema.recently_contacted_days
    return rules.recently_contacted_days if own is None else own
