"""Moments that rules wait for: days before and after a date in a plan, hours of every day, what did not happen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.ask import Ask
from services.notifier.own_messages import DeadlinePassed
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import Missing, NotInTime
from services.notifier.rulebook.working_hours import at
from services.notifier.timed.moment_dates import end, moments, next_look
from services.notifier.timed.ports import Deadlines, MomentRepository
from shared.clock import LONDON, Clock, today
from shared.events import Announcer
from shared.identifiers import derived_id

ASKS_PER_STEP = 50


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a campaign: how often it had been changed by then, and when something more may come."""

    changes: int
    again_at: datetime | None


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
        self._looks: dict[str, Look] = {}
        """Looks of this process, by running campaign."""

    async def step(self) -> bool:
        """Announces the moments that came. Returns whether any had."""
        now = self._clock.now()
        running = await self._campaigns.running()
        self._looks = {campaign: look for campaign, look in self._looks.items() if campaign in running}
        due = [campaign for campaign, changes in running.items() if self._is_due(campaign, changes, now)]
        said = False
        for campaign in due:
            said = await self._look(campaign, now) or said
        return await self._say_overdue(now) or said

    def _is_due(self, campaign: str, changes: int, now: datetime) -> bool:
        """Returns whether a campaign has changed since it was looked at, or something may have come."""
        look = self._looks.get(campaign)
        return look is None or look.changes != changes or (look.again_at is not None and look.again_at <= now)

    async def _look(self, campaign: str, now: datetime) -> bool:
        """Announces the moments of one campaign that came. Returns whether any had."""
        changes, known = await self._campaigns.dates_of(campaign)
        come = [moment for rule in self._book.rules for moment in moments(rule, known, now)]
        new = await self._fired.not_yet(come)
        for moment in new:
            async with self._fired.telling(moment):
                await self._announcer.announce(moment.moment, now, moment)
            await self._fired.mark(moment, now)
        if known.completed and known.plan and today(self._clock) > end(known.plan):
            await self._campaigns.forget(campaign)
        self._looks[campaign] = Look(changes, next_look(self._book.rules, known, now))
        return bool(new)

    async def _say_overdue(self, now: datetime) -> bool:
        rules = list(self._late_rules())
        if not rules:
            return False
        latest = max(wall for _, wall in rules)
        asks = await self._deadlines.overdue(now.astimezone(LONDON).date(), ASKS_PER_STEP)
        late = [ask for ask in asks if ask.deadline and at(ask.deadline, latest) <= now]
        for ask in late:
            async with self._deadlines.following(ask, "deadline passed"):
                await self._tell_late(ask, [code for code, _ in rules], now)
        return bool(late)

    async def _tell_late(self, ask: Ask, rules: Sequence[str], now: datetime) -> None:
        for code in rules:
            passed = DeadlinePassed(thread=ask.thread, rule=code)
            await self._announcer.announce(derived_id(ask.thread, f"overdue|{code}"), now, passed)
        await self._deadlines.told_overdue(ask)

    def _late_rules(self) -> Iterator[tuple[str, time]]:
        """Yields the rules that wait for a deadline to pass, and at what time of its day."""
        for rule in self._book.rules:
            if isinstance(rule.when, NotInTime) and rule.when.missing is Missing.DISCLOSURE:
                yield rule.code, rule.when.at
