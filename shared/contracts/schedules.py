"""Parts of events that say what goes out on which day, and how many customers get in touch."""

from datetime import date

from shared.contracts.base import Part
from shared.values import Count, Number


class Wave(Part):
    """A day's share of the issue schedule: at most `size` communications on the day `on`."""

    number: Number
    on: date
    size: Number


class ExpectedContacts(Part):
    """How many customers are expected to get in touch on one day: low, central and high."""

    on: date
    low: Count
    central: Count
    high: Count
