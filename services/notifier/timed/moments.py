"""Moments that rules wait for: days before and after a date in a plan, hours of every day, what did not happen."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Protocol

from services.notifier.acknowledgements.acknowledgement import Ask
from services.notifier.notices.event_notices import CampaignRepository
from services.notifier.own_messages import DeadlinePassed, MomentCame
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import Missing, NotInTime
from services.notifier.rulebook.working_hours import at
from services.notifier.timed.moment_dates import end, moments
from shared.clock import LONDON, Clock, today
from shared.events import Announcer
from shared.identifiers import derived_id

AT_ONCE = 50


class Fired(Protocol):
    """The moments that came, each with its id. Every write may be repeated."""

    async def not_yet(self, moments: Sequence[MomentCame]) -> Sequence[MomentCame]:
        """Those of them that are not there."""
        ...

    async def mark(self, moment: MomentCame, at: datetime) -> None: ...


class Deadlines(Protocol):
    async def overdue(self, today: date, limit: int) -> Sequence[Ask]:
        """Unanswered asks whose deadline is that day or before, as long as it was not told."""
        ...

    async def told_overdue(self, ask: Ask) -> None: ...


class Moments:
    """A crash between saying that a moment came and marking it says it again, as the same event."""

    def __init__(
        self,
        campaigns: CampaignRepository,
        fired: Fired,
        deadlines: Deadlines,
        book: Rulebook,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._fired = fired
        self._deadlines = deadlines
        self._book = book
        self._announcer = announcer
        self._clock = clock

    async def step(self) -> bool:
        """Say what has come. Returns whether anything had."""
        now = self._clock.now()
        running = await self._campaigns.running()
        come = [moment for known in running for rule in self._book.rules for moment in moments(rule, known, now)]
        for known in running:
            if known.completed and known.plan and today(self._clock) > end(known.plan):
                await self._campaigns.forget(known.campaign)
        new = await self._fired.not_yet(come)
        for moment in new:
            await self._announcer.announce(moment.moment, now, moment)
            await self._fired.mark(moment, now)
        return await self._say_overdue(now) or bool(new)

    async def _say_overdue(self, now: datetime) -> bool:
        rules = list(self._late_rules())
        if not rules:
            return False
        latest = max(wall for _, wall in rules)
        asks = await self._deadlines.overdue(now.astimezone(LONDON).date(), AT_ONCE)
        late = [ask for ask in asks if ask.deadline and at(ask.deadline, latest) <= now]
        for ask in late:
            for code, _ in rules:
                passed = DeadlinePassed(thread=ask.thread, rule=code)
                await self._announcer.announce(derived_id(ask.thread, f"overdue|{code}"), now, passed)
            await self._deadlines.told_overdue(ask)
        return bool(late)

    def _late_rules(self) -> Iterator[tuple[str, time]]:
        """The rules that wait for a deadline to pass, and at what time of its day."""
        for rule in self._book.rules:
            if isinstance(rule.when, NotInTime) and rule.when.missing is Missing.DISCLOSURE:
                yield rule.code, rule.when.at
