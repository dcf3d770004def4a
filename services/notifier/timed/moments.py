"""Moments that rules wait for: days before and after a date in a plan, hours of every day, what did not happen."""

from collections.abc import Iterator
from datetime import datetime, time

from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.own_messages import DeadlinePassed
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import Missing, NotInTime
from services.notifier.rulebook.working_hours import at
from services.notifier.timed.moment_dates import end, moments
from services.notifier.timed.ports import Deadlines, MomentRepository
from shared.clock import LONDON, Clock, today
from shared.events import Announcer
from shared.identifiers import derived_id

ASKS_PER_STEP = 50


class Moments:
    """Announces moments. After a crash the same event is announced again."""

    def __init__(
        self,
        campaigns: CampaignRepository,
        fired: MomentRepository,
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
        """Announces the moments that came. Returns whether any had."""
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
        asks = await self._deadlines.overdue(now.astimezone(LONDON).date(), ASKS_PER_STEP)
        late = [ask for ask in asks if ask.deadline and at(ask.deadline, latest) <= now]
        for ask in late:
            for code, _ in rules:
                passed = DeadlinePassed(thread=ask.thread, rule=code)
                await self._announcer.announce(derived_id(ask.thread, f"overdue|{code}"), now, passed)
            await self._deadlines.told_overdue(ask)
        return bool(late)

    def _late_rules(self) -> Iterator[tuple[str, time]]:
        """Yields the rules that wait for a deadline to pass, and at what time of its day."""
        for rule in self._book.rules:
            if isinstance(rule.when, NotInTime) and rule.when.missing is Missing.DISCLOSURE:
                yield rule.code, rule.when.at
