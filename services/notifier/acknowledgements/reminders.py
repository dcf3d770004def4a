"""Chasing what nobody has acknowledged: the team is reminded, then whoever stands in for it or is on call is asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.notifier.acknowledgements.acknowledgement import Ask
from services.notifier.notices.event_notices import CampaignRepository
from services.notifier.notices.notice import Urgency
from services.notifier.notices.writer import About, Telling, Told
from services.notifier.own_messages import AnswerMissing, DeadlinePassed
from services.notifier.rulebook.checks import ESCALATION, REMINDER
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import Asked, Rule
from services.notifier.rulebook.template_facts import Unanswered
from shared.clock import Clock
from shared.events import Announcer
from shared.identifiers import derived_id

AT_ONCE = 50


class Silent(Protocol):
    async def get(self, thread: str) -> Ask | None: ...

    async def silent(self, now: datetime, limit: int) -> Sequence[Ask]:
        """Those whose next reminder is due."""
        ...

    async def reminded(self, ask: Ask, next_at: datetime | None) -> None:
        """The reminder after `ask.step` was made; `next_at` is when the next is due, if there is one."""
        ...


class Chasing:
    """Says which answers are missing. A crash before that is noted says it again, as the same event."""

    def __init__(self, asks: Silent, book: Rulebook, announcer: Announcer, clock: Clock) -> None:
        self._asks = asks
        self._book = book
        self._announcer = announcer
        self._clock = clock

    async def step(self) -> bool:
        """Returns whether there was anything to chase. After a pause nobody is reminded twice at once: the next
        reminder counts from now.
        """
        now = self._clock.now()
        silent = await self._asks.silent(now, AT_ONCE)
        for ask in silent:
            step = ask.step + 1
            rule, team = self._book.rule(ask.rule), self._book.teams.get(ask.team)
            if rule is None or team is None or not rule.acknowledge:  # the rules were changed: nobody asks any more
                await self._asks.reminded(ask, None)
                continue
            missing = AnswerMissing(thread=ask.thread, step=step)
            await self._announcer.announce(derived_id(ask.thread, "chase", step), now, missing)
            await self._asks.reminded(ask, team.hours.after(now, rule.chase(step + 1).after_hours))
        return bool(silent)


class Reminding:
    """Makes the reminders."""

    def __init__(
        self, asks: Silent, campaigns: CampaignRepository, telling: Telling, book: Rulebook, clock: Clock
    ) -> None:
        self._asks = asks
        self._campaigns = campaigns
        self._telling = telling
        self._book = book
        self._clock = clock

    async def remind(self, missing: AnswerMissing) -> None:
        """Nothing, where somebody answered meanwhile or the question has gone."""
        ask = await self._open(missing.thread)
        rule = self._book.rule(ask.rule) if ask else None
        if ask is None or rule is None or not rule.acknowledge:
            return
        receiver = self._receiver(ask, rule.chase(missing.step).remind)
        own = receiver == ask.team
        urgency = _louder(rule) if own else Urgency.URGENT
        told = Told(ask.thread, receiver, ask.rule, REMINDER if own else ESCALATION, urgency, wants_answer=True)
        cause = derived_id(ask.thread, "reminder", missing.step)
        await self._telling.again(told, cause, {"asked": self._asked(ask), "step": missing.step}, _about(ask))

    async def tell_overdue(self, passed: DeadlinePassed) -> None:
        ask = await self._open(passed.thread)
        rule = self._book.rule(passed.rule)
        if ask is None or rule is None:
            return
        facts = {"asked": self._asked(ask), "step": max(ask.step, 1)}
        about = About(ask.campaign, summary={"references": list(ask.references)})
        await self._telling.tell(derived_id(ask.thread, "overdue"), rule, rule.to, facts, about)

    async def _open(self, thread: str) -> Ask | None:
        ask = await self._asks.get(thread)
        if ask is None or ask.answer is not None or ask.void_at is not None:
            return None
        known = await self._campaigns.known(ask.campaign) if ask.campaign and ask.plan_version else None
        return None if known and (known.over or known.completed) else ask

    def _receiver(self, ask: Ask, asked: Asked) -> str:
        match asked:
            case Asked.TEAM:
                return ask.team
            case Asked.STAND_IN:
                return self._book.teams[ask.team].stand_in(self._clock.now()) or self._book.on_call
            case Asked.ON_CALL:
                return self._book.on_call

    def _asked(self, ask: Ask) -> Unanswered:
        team = self._book.teams.get(ask.team)
        return Unanswered(
            campaign=ask.campaign,
            rule=ask.rule,
            team=team.name if team else ask.team,
            subject=ask.subject,
            told_at=ask.told_at,
            deadline=ask.deadline,
            references=ask.references,
        )


def _louder(rule: Rule) -> Urgency:
    """A reminder is not left to a digest."""
    return Urgency.NORMAL if rule.urgency is Urgency.LOW else rule.urgency


def _about(ask: Ask) -> About:
    return About(ask.campaign, ask.plan_version, ask.lines_to_take, summary={"references": list(ask.references)})
