"""The lines of a suppression list, as it comes in: each an entry, or what is not right about it."""

from collections.abc import AsyncIterator
from datetime import date

from services.dispatcher.customers.reference import KnownBy
from services.dispatcher.files.csv_rows import records
from services.dispatcher.files.formats import refuse_by_name
from services.dispatcher.suppression.index import FOR_EVER, SuppressionEntry
from services.dispatcher.suppression.rules import SuppressionRules
from shared.errors import Invalid, Problem
from shared.protection import Keyring

HEADER = ["customer_reference", "reason", "from", "until"]
LONG_AGO = "0001-01-01"


class SuppressionLines:
    def __init__(self, rules: SuppressionRules, keyring: Keyring, known_by: KnownBy) -> None:
        self._rules = rules
        self._keyring = keyring
        self._known_by = known_by

    async def read(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[SuppressionEntry | Problem]:
        """Raises `Invalid` for another header, `Malformed` for what is no CSV."""
        number = 0
        async for line in records(refuse_by_name(chunks)):
            if number:
                yield self._entry(number, line)
            else:
                _check_header(line)
            number += 1
        if not number:
            _check_header([])

    def _entry(self, number: int, line: list[str]) -> SuppressionEntry | Problem:
        if len(line) != len(HEADER):
            return _problem(number, "row", "ragged")
        reference, reason, since, until = (value.strip() for value in line)
        if reason not in self._rules.listed:
            return _problem(number, "reason", "unknown")
        try:
            customer = self._known_by.index(self._keyring, self._known_by.rule.normalised(reference))
        except Invalid as error:
            return _problem(number, "customer_reference", error.problems[0].rule)
        days = [_day(since, LONG_AGO), _day(until, FOR_EVER)]
        if None in days or str(days[0]) > str(days[1]):
            return _problem(number, "from" if days[0] is None else "until", "not-a-day-or-before-from")
        return SuppressionEntry(customer, reason, str(days[0]), str(days[1]))


def _check_header(line: list[str]) -> None:
    if [name.strip().lower() for name in line] != HEADER:
        message = f"the columns are {','.join(HEADER)}, in this order"
        raise Invalid(message, Problem("header", "columns", message))


def _problem(number: int, field: str, rule: str) -> Problem:
    return Problem(f"rows.{number}.{field}", rule, rule.replace("-", " "))


def _day(text: str, otherwise: str) -> str | None:
    """Returns a day as in 2026-09-07; None for a text that is no day."""
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
