"""Lines of a suppression list, as it comes in: each is an entry, or what is not right about it."""

from collections.abc import AsyncIterator

from services.dispatcher.customers.reference import KnownBy
from services.dispatcher.files.formats import refuse_by_name
from services.dispatcher.suppression.index import FOR_EVER, SuppressionEntry
from services.dispatcher.suppression.rules import SuppressionRules
from shared.errors import Invalid, Problem
from shared.protection import Keyring
from shared.reading.csv_lines import separator
from shared.reading.csv_records import Record, records
from shared.reading.dates import read_day
from shared.reading.signs import seen
from shared.reading.text import Unfit, cleaned, heading
from shared.wording import words_of

HEADER = ["customer_reference", "reason", "from", "until"]
LONG_AGO = "0001-01-01"
MESSAGES = {
    "ragged": f"a line has these values: {','.join(HEADER)}",
    "format": "not of the kind of reference that the list has",
    "length": "a reference of this kind has another length",
    "check-digit": "the check digit does not fit: a digit is mistyped",
    "replacement-character": "a letter was lost in an earlier program: export the file again as CSV UTF-8",
    "control-character": "there is a sign in it that cannot be printed",
    "not-a-day-or-before-from": "days are written as 2026-12-31, or left empty, and until is not before from",
}


class SuppressionLines:
    def __init__(self, rules: SuppressionRules, keyring: Keyring, known_by: KnownBy) -> None:
        self._rules = rules
        self._keyring = keyring
        self._known_by = known_by

    async def read(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[SuppressionEntry | Problem]:
        """Raises `Invalid` for another header, `Malformed` for what is no CSV."""
        header = list[str]()
        async for record in records(refuse_by_name(chunks)):
            if not record.row:
                _expect_commas(record.values)
                header = [heading(value) for value in _without_blank_ends(record.values)]
                _check_header(header)
            elif any(_without_blank_ends(record.values)):
                yield self._entry(record)
        _check_header(header)

    def _entry(self, record: Record) -> SuppressionEntry | Problem:
        try:
            values = [cleaned(value) for value in record.values]
        except Unfit as unfit:
            return _problem(record, "row", unfit.rule)
        if len(_without_blank_ends(values)) > len(HEADER) or len(values) < len(HEADER) or record.overlong:
            return _problem(record, "row", "ragged")
        reference, reason, since, until = map(seen, values[: len(HEADER)])
        reason = reason.lower()
        if reason not in self._rules.listed:
            known = ", ".join(sorted(self._rules.listed))
            return _problem(record, "reason", "unknown", f"not a reason: the reasons are {known}")
        try:
            customer = self._known_by.index(self._keyring, self._known_by.rule.normalised(reference))
        except Invalid as error:
            return _problem(record, "customer_reference", error.problems[0].rule)
        days = [_day(since, LONG_AGO), _day(until, FOR_EVER)]
        if None in days or str(days[0]) > str(days[1]):
            return _problem(record, "from" if days[0] is None else "until", "not-a-day-or-before-from")
        return SuppressionEntry(customer, reason, str(days[0]), str(days[1]))


def _without_blank_ends(values: list[str]) -> list[str]:
    kept = list(values)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _expect_commas(values: list[str]) -> None:
    if len(values) == 1 and (between := separator(values[0])):
        message = f"the columns are separated by {between}: save the file as CSV with commas"
        raise Invalid(message, Problem("header", "separator", message))


def _check_header(names: list[str]) -> None:
    if names != HEADER:
        message = f"the columns are {','.join(HEADER)}, in this order"
        raise Invalid(message, Problem("header", "columns", message))


def _problem(record: Record, field: str, rule: str, message: str | None = None) -> Problem:
    said = message or MESSAGES.get(rule, words_of(rule))
    return Problem(f"rows.{record.row}.{field}", rule, f"line {record.line} of the file: {said}")


def _day(text: str, otherwise: str) -> str | None:
    """Returns a day as in 2026-09-07; None for a text that is no day."""
    if not text:
        return otherwise
    try:
        return text if text == FOR_EVER else read_day(text).isoformat()
    except ValueError:
        return None
