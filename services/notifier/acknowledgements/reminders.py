"""Reminders of what nobody has acknowledged: first to the team, then to its stand-in or to the team on call."""

from services.notifier.acknowledgements.closing import why_closed
from services.notifier.acknowledgements.ports import AskRepository
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.ask import Ask
from services.notifier.notices.order import About, NoticeOrder
from services.notifier.notices.writer import NoticeWriter
from services.notifier.own_messages import AnswerMissing, DeadlinePassed
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import ESCALATION, REMINDER, Asked, Rule, Urgency
from services.notifier.rulebook.template_facts import Unanswered
from shared.clock import Clock
from shared.events import Announcer
from shared.identifiers import derived_id

ASKS_PER_STEP = 50


class ReminderScheduler:
    """Announces which answers are missing. After a crash the same event is announced again."""

    def __init__(self, asks: AskRepository, book: Rulebook, announcer: Announcer, clock: Clock) -> None:
        self._asks = asks
        self._book = book
        self._announcer = announcer
        self._clock = clock

    async def step(self) -> bool:
        """Returns whether there was anything to remind of. After a pause of the service nobody is reminded twice at
        once: the next reminder counts from now.
        """
        now = self._clock.now()
        silent = await self._asks.silent(now, ASKS_PER_STEP)
        for ask in silent:
            step = ask.step + 1
            rule, team = self._book.rule(ask.rule), self._book.teams.get(ask.team)
            if rule is None or team is None or not rule.acknowledge:  # the rules were changed: nobody asks any more
                await self._asks.reminded(ask, None)
                continue
            missing = AnswerMissing(thread=ask.thread, step=step)
            async with self._asks.following(ask, "answer missing"):
                await self._announcer.announce(derived_id(ask.thread, "chase", step), now, missing)
            await self._asks.reminded(ask, team.hours.after(now, rule.chase(step + 1).after_hours))
        return bool(silent)


class ReminderWriter:
    """Writes the reminders."""

    def __init__(
        self, asks: AskRepository, campaigns: CampaignRepository, writer: NoticeWriter, book: Rulebook, clock: Clock
    ) -> None:
        self._asks = asks
        self._campaigns = campaigns
        self._writer = writer
        self._book = book
        self._clock = clock

    async def remind(self, missing: AnswerMissing) -> None:
        """Reminds nobody where the ask was answered meanwhile or is gone."""
        ask = await self._open(missing.thread)
        rule = self._book.rule(ask.rule) if ask else None
        if ask is None or rule is None or not rule.acknowledge:
            return
        receiver = self._receiver(ask, rule.chase(missing.step).remind)
        own = receiver == ask.team
        urgency = _louder(rule) if own else Urgency.URGENT
        order = NoticeOrder(ask.thread, receiver, ask.rule, REMINDER if own else ESCALATION, urgency, wants_answer=True)
        cause = derived_id(ask.thread, "reminder", missing.step)
        await self._writer.again(order, cause, {"asked": self._asked(ask), "step": missing.step}, _about(ask))

    async def tell_overdue(self, passed: DeadlinePassed) -> None:
        ask = await self._open(passed.thread)
        rule = self._book.rule(passed.rule)
        if ask is None or rule is None:
            return
        facts = {"asked": self._asked(ask), "step": max(ask.step, 1)}
        about = About(ask.campaign, summary={"references": list(ask.references)})
        await self._writer.tell(derived_id(ask.thread, "overdue"), rule, rule.to, facts, about)

    async def _open(self, thread: str) -> Ask | None:
        ask = await self._asks.get(thread)
        if ask is None or not ask.open:
            return None
        known = await self._campaigns.known(ask.campaign) if ask.campaign else None
        return None if known and why_closed(ask, known) else ask

    def _receiver(self, ask: Ask, asked: Asked) -> str:
        match asked:
            case Asked.TEAM:
                return ask.team
            case Asked.STAND_IN:
                return self._book.teams[ask.team].stand_in(self._clock.now()) or self._book.on_call
            case Asked.ON_CALL:
                return self._book.on_call

    def _asked(self, ask: Ask) -> Unanswered:
        return Unanswered(
            campaign=ask.campaign,
            rule=ask.rule,
            team=self._book.name_of(ask.team),
            subject=ask.subject,
            told_at=ask.told_at,
            deadline=ask.deadline,
            references=ask.references,
        )


def _louder(rule: Rule) -> Urgency:
    """Returns the urgency of a reminder, which no digest holds back."""
    return Urgency.NORMAL if rule.urgency is Urgency.LOW else rule.urgency


def _about(ask: Ask) -> About:
    return About(ask.campaign, ask.plan_version, ask.lines_to_take, summary={"references": list(ask.references)})
