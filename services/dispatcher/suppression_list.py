"""A suppression list: customers who are not to be written to, why, and from when until when. All of it or nothing:
a line that is passed over would be a customer who is written to."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Protocol

from services.dispatcher.left_alone import FOR_EVER, Entry
from services.dispatcher.population_file import records
from services.dispatcher.population_upload import refuse_by_name
from services.dispatcher.reference import KnownBy
from services.dispatcher.suppression import SuppressionRules
from shared.clock import Clock
from shared.errors import Invalid, Problem
from shared.identifiers import new_id
from shared.protection import Keyring
from shared.values import CampaignReference, Code, Count, Identifier, Instant, Value

HEADER = ["customer_reference", "reason", "from", "until"]
BLOCK = 500  # lines kept in one document
MOST_PROBLEMS = 50
LONG_AGO = "0001-01-01"


class ListSummary(Value):
    """What is told of a list: how many customers it has, by reason, and who sent it when. `campaign`: the one whose own
    references it has."""

    name: Code
    load: Identifier
    entries: Count
    reasons: dict[Code, Count]
    sent_by: Code
    sent_at: Instant
    campaign: CampaignReference | None = None


class ListRepository(Protocol):
    async def begin(self, load: str, name: str) -> None: ...

    async def add(self, load: str, number: int, entries: Sequence[Entry]) -> None: ...

    async def finish(self, summary: ListSummary) -> None:
        """From now on it is the list of its name, in place of an earlier one."""
        ...

    async def discard(self, load: str) -> None: ...


class SuppressionLists:
    def __init__(self, repository: ListRepository, rules: SuppressionRules, keyring: Keyring, clock: Clock) -> None:
        self._repository = repository
        self._rules = rules
        self._keyring = keyring
        self._clock = clock

    async def replace(self, name: str, known_by: KnownBy, chunks: AsyncIterator[bytes], sent_by: str) -> ListSummary:
        """Read CSV as it comes in. Raises `Invalid`, with the list as it was before, for any line that is not right."""
        load = new_id()
        try:
            await self._repository.begin(load, name)
            reasons = await self._read(load, known_by, chunks)
            summary = ListSummary(
                name=name,
                load=load,
                entries=reasons.total(),
                reasons=dict(reasons),
                sent_by=sent_by,
                sent_at=self._clock.now(),
                campaign=known_by.campaign,
            )
            await self._repository.finish(summary)
        except BaseException:
            await self._repository.discard(load)
            raise
        return summary

    async def _read(self, load: str, known_by: KnownBy, chunks: AsyncIterator[bytes]) -> Counter[str]:
        reasons, problems, block, blocks = Counter[str](), list[Problem](), list[Entry](), 0
        async for found in self._lines(known_by, chunks):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                block.append(found)
                reasons[found.reason] += 1
            if len(problems) == MOST_PROBLEMS:
                break
            if len(block) == BLOCK:
                await self._repository.add(load, blocks, block)
                blocks, block = blocks + 1, []
        if problems:
            raise Invalid("the list is not taken over: every line must be right", *problems)
        if block:
            await self._repository.add(load, blocks, block)
        return reasons

    async def _lines(self, known_by: KnownBy, chunks: AsyncIterator[bytes]) -> AsyncIterator[Entry | Problem]:
        number = 0
        async for line in records(refuse_by_name(chunks)):
            if number:
                yield self._entry(number, known_by, line)
            else:
                _check_header(line)
            number += 1
        if not number:
            _check_header([])

    def _entry(self, number: int, known_by: KnownBy, line: list[str]) -> Entry | Problem:
        if len(line) != len(HEADER):
            return _problem(number, "row", "ragged")
        reference, reason, since, until = (value.strip() for value in line)
        if reason not in self._rules.listed:
            return _problem(number, "reason", "unknown")
        try:
            customer = known_by.index(self._keyring, known_by.rule.normalised(reference))
        except Invalid as error:
            return _problem(number, "customer_reference", error.problems[0].rule)
        days = [_day(since, LONG_AGO), _day(until, FOR_EVER)]
        if None in days or str(days[0]) > str(days[1]):
            return _problem(number, "from" if days[0] is None else "until", "not-a-day-or-before-from")
        return Entry(customer, reason, str(days[0]), str(days[1]))


def _check_header(line: list[str]) -> None:
    if [name.strip().lower() for name in line] != HEADER:
        message = f"the columns are {','.join(HEADER)}, in this order"
        raise Invalid(message, Problem("header", "columns", message))


def _problem(number: int, field: str, rule: str) -> Problem:
    return Problem(f"rows.{number}.{field}", rule, rule.replace("-", " "))


def _day(text: str, otherwise: str) -> str | None:
    """As in 2026-09-07; None for what is no day."""
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
