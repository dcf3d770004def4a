"""Writer of notices: from a rule and its facts to words, addresses and times."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from services.notifier.notices.ask import Ask
from services.notifier.notices.notice import DigestEntry, Notice
from services.notifier.notices.order import About, NoticeOrder
from services.notifier.notices.ports import AskStore, NoticeStore, Templates
from services.notifier.rendering.content import Content
from services.notifier.rendering.markdown import escaped
from services.notifier.rulebook.directory import Team
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import TEAM_DIGEST, Rule, Urgency
from services.notifier.rulebook.working_hours import next_at
from shared.clock import Clock
from shared.errors import Permanent
from shared.identifiers import derived_id

WENT_WRONG = "went-wrong"
PUT_OFF_HOURS = 100
"""The most hours by which a team's hourly limit puts a notice off."""

log = structlog.get_logger(__name__)


class NotTold(Permanent):
    """A notice could not be written: a template or the directory has to be mended, then this may be replayed."""

    code = "not-told"


class NoticeWriter:
    def __init__(
        self, notices: NoticeStore, asks: AskStore, book: Rulebook, templates: Templates, clock: Clock
    ) -> None:
        self._notices = notices
        self._asks = asks
        self._book = book
        self._templates = templates
        self._clock = clock

    async def tell(self, cause: str, rule: Rule, teams: Sequence[str], facts: Mapping[str, Any], about: About) -> None:
        """Tells each team. Raises `NotTold`, after all others were told, and the team on call of the failure."""
        failures = []
        for code in teams:
            thread = derived_id(cause, f"notice|{rule.code}|{code}")
            order = NoticeOrder(
                thread,
                code,
                rule.code,
                rule.template,
                rule.urgency,
                about.asked(rule, code),
            )
            try:
                await self._tell_one(order, rule, facts, about)
            except NotTold as error:
                failures.append(error)
                await self.report(thread, rule.code, about.campaign, error.message)
        if failures:
            raise failures[0]

    async def again(self, order: NoticeOrder, notice_cause: str, facts: Mapping[str, Any], about: About) -> None:
        """Adds a notice to a thread that is open already. Raises as `tell` does."""
        try:
            content = self._written(order, facts)
        except NotTold as error:
            await self.report(notice_cause, order.rule, about.campaign, error.message)
            raise
        await self._notices.add(await self._copies(order, notice_cause, content, about), [])

    async def report(self, cause: str, rule: str, campaign: str | None, what: str) -> None:
        """Tells the team on call, without any template, that something could not be told."""
        log.error("could not be told", rule=rule, campaign=campaign, reason=what)
        subject = f"Not told: rule {rule}, {campaign or 'no campaign'}"
        text = f"{escaped(what)}.\n\nMend the cause, then replay the dead letter: `otm dead-letters list`\n"
        content = self._templates.compose(subject, text, self._book.teams[self._book.on_call].name, urgent=True)
        thread = derived_id(cause, WENT_WRONG)
        order = NoticeOrder(thread, self._book.on_call, WENT_WRONG, WENT_WRONG, Urgency.URGENT, wants_answer=False)
        await self._notices.add(await self._copies(order, thread, content, About(campaign=campaign)), [])

    async def _tell_one(self, order: NoticeOrder, rule: Rule, facts: Mapping[str, Any], about: About) -> None:
        content = self._written(order, facts)
        team = self._book.teams[order.team]
        if order.urgency is Urgency.LOW and team.digest_at is not None:
            return await self._notices.add([], [self._held(order, team, content, about)])
        notices = await self._copies(order, order.thread, content, about)
        await self._notices.add(notices, [])
        if order.wants_answer:
            await self._asks.open([self._ask(order, rule, notices[0], about)])
        return None

    def _written(self, order: NoticeOrder, facts: Mapping[str, Any]) -> Content:
        team = self._book.teams.get(order.team)
        if team is None:
            raise NotTold(f"the directory has no team {order.team}")
        try:
            further = {"team": team, "urgency": order.urgency.value, "name_of": self._book.name_of}
            return self._templates.render(order.template, {**facts, **further})
        except Exception as error:  # whatever a template may do wrong
            raise NotTold(
                f"template {order.template} failed with {type(error).__name__}: {str(error)[:200]}"
            ) from error

    async def _copies(self, order: NoticeOrder, cause: str, content: Content, about: About) -> list[Notice]:
        """Returns a notice for each address of the team."""
        now, due = self._clock.now(), await self._due(order)
        return [
            Notice(
                id=derived_id(cause, f"{contact.channel}|{contact.address}"),
                thread=order.thread,
                campaign=about.campaign,
                team=order.team,
                rule=order.rule,
                template=order.template,
                urgency=order.urgency,
                channel=contact.channel,
                address=contact.address,
                content=content,
                facts=about.summary,
                needs_acknowledgement=order.wants_answer,
                plan_version=about.plan_version,
                lines_to_take=about.lines_to_take,
                created_at=now,
                due_at=due,
            )
            for contact in self._book.teams[order.team].reached_by(order.urgency)
        ]

    async def _due(self, order: NoticeOrder) -> datetime:
        """Returns when a notice may go out: not in the team's quiet hours, and not above its limit, unless it is
        urgent.
        """
        team, due = self._book.teams[order.team], self._clock.now()
        if order.urgency is Urgency.URGENT:
            return due
        for _ in range(PUT_OFF_HOURS):
            due = team.may_be_told(due, order.urgency)
            room = due if team.hourly_limit is None else await self._notices.room(order.team, due, team.hourly_limit)
            if room == due:
                break
            due = room
        return due

    def _held(self, order: NoticeOrder, team: Team, content: Content, about: About) -> DigestEntry:
        return DigestEntry(
            id=order.thread,
            campaign=None,
            team=order.team,
            rule=TEAM_DIGEST,
            facts={"campaign": about.campaign, "subject": content.subject, "text": content.markdown},
            due_at=next_at(self._clock.now(), team.digest_at) if team.digest_at else self._clock.now(),
        )

    def _ask(self, order: NoticeOrder, rule: Rule, notice: Notice, about: About) -> Ask:
        hours = self._book.teams[order.team].hours
        return Ask(
            thread=order.thread,
            campaign=about.campaign,
            team=order.team,
            rule=order.rule,
            subject=notice.content.subject,
            told_at=notice.due_at,
            plan_version=about.plan_version,
            lines_to_take=about.lines_to_take,
            references=about.references,
            deadline=about.deadline,
            gate=rule.gate or about.gate,
            next_at=hours.after(notice.due_at, rule.chase(1).after_hours),
        )
