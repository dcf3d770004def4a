"""From a rule and its facts to notices: to whom, with which words, and when they may go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import structlog

from services.notifier.acknowledgements.acknowledgement import Ask
from services.notifier.notices.notice import DigestEntry, Notice, Urgency
from services.notifier.rendering.content import Content
from services.notifier.rendering.markdown import escaped
from services.notifier.rulebook.checks import TEAM_DIGEST
from services.notifier.rulebook.directory import Team
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import Rule
from services.notifier.rulebook.working_hours import next_at
from shared.clock import Clock
from shared.errors import Permanent
from shared.identifiers import derived_id

WENT_WRONG = "went-wrong"
MOST_HOURS = 100  # that a rate limit puts a notice off

log = structlog.get_logger(__name__)


class Templates(Protocol):
    def render(self, template: str, facts: Mapping[str, Any]) -> Content: ...

    def compose(self, subject: str, body: str, team: str, urgent: bool) -> Content: ...


class Outbound(Protocol):
    """Every write may be repeated: what is there already stays as it is."""

    async def add(self, notices: Sequence[Notice], entries: Sequence[DigestEntry]) -> None: ...

    async def room(self, team: str, at: datetime, limit: int) -> datetime:
        """`at`, or the beginning of the next hour if the team has `limit` notices that are not urgent in that one."""
        ...


class Opening(Protocol):
    async def open(self, asks: Sequence[Ask]) -> None: ...


class NotTold(Permanent):
    """A notice could not be written: a template or the directory has to be mended, then this may be replayed."""

    code = "not-told"


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about. `summary` are references, codes, counts and dates; `deadline` is by when to act."""

    campaign: str | None = None
    plan_version: int | None = None
    lines_to_take: int | None = None
    deadline: date | None = None
    references: tuple[str, ...] = ()
    summary: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One rule's words for one team. `thread` is what reminders follow."""

    thread: str
    team: str
    rule: str
    template: str
    urgency: Urgency
    wants_answer: bool


class Telling:
    def __init__(self, outbound: Outbound, asks: Opening, book: Rulebook, templates: Templates, clock: Clock) -> None:
        self._outbound = outbound
        self._asks = asks
        self._book = book
        self._templates = templates
        self._clock = clock

    async def tell(self, cause: str, rule: Rule, teams: Sequence[str], facts: Mapping[str, Any], about: About) -> None:
        """Raises `NotTold`, after all others were told, and the team on call of the failure."""
        failures = []
        for code in teams:
            thread = derived_id(cause, f"notice|{rule.code}|{code}")
            told = Told(thread, code, rule.code, rule.template, rule.urgency, bool(rule.acknowledge))
            try:
                await self._tell_one(told, rule, facts, about)
            except NotTold as error:
                failures.append(error)
                await self.report(thread, rule.code, about.campaign, error.message)
        if failures:
            raise failures[0]

    async def again(self, told: Told, notice_cause: str, facts: Mapping[str, Any], about: About) -> None:
        """A notice of a thread that is open already. Raises as `tell` does."""
        try:
            content = self._written(told, facts)
        except NotTold as error:
            await self.report(notice_cause, told.rule, about.campaign, error.message)
            raise
        await self._outbound.add(await self._copies(told, notice_cause, content, about), [])

    async def report(self, cause: str, rule: str, campaign: str | None, what: str) -> None:
        """Tell the team on call, without any template, that something could not be told."""
        log.error("could not be told", rule=rule, campaign=campaign, reason=what)
        subject = f"Not told: rule {rule}, {campaign or 'no campaign'}"
        text = f"{escaped(what)}.\n\nMend the cause, then replay the dead letter: `otm dead-letters list`\n"
        content = self._templates.compose(subject, text, self._book.teams[self._book.on_call].name, urgent=True)
        thread = derived_id(cause, WENT_WRONG)
        told = Told(thread, self._book.on_call, WENT_WRONG, WENT_WRONG, Urgency.URGENT, wants_answer=False)
        await self._outbound.add(await self._copies(told, thread, content, About(campaign=campaign)), [])

    async def _tell_one(self, told: Told, rule: Rule, facts: Mapping[str, Any], about: About) -> None:
        content = self._written(told, facts)
        team = self._book.teams[told.team]
        if told.urgency is Urgency.LOW and team.digest_at is not None:
            return await self._outbound.add([], [self._held(told, team, content, about)])
        notices = await self._copies(told, told.thread, content, about)
        await self._outbound.add(notices, [])
        if rule.acknowledge:
            await self._asks.open([self._ask(told, rule, notices[0], about)])
        return None

    def _written(self, told: Told, facts: Mapping[str, Any]) -> Content:
        team = self._book.teams.get(told.team)
        if team is None:
            raise NotTold(f"the directory has no team {told.team}")
        try:
            return self._templates.render(told.template, {**facts, "team": team, "urgency": told.urgency.value})
        except Exception as error:  # whatever a template may do wrong
            raise NotTold(f"template {told.template} failed with {type(error).__name__}: {str(error)[:200]}") from error

    async def _copies(self, told: Told, cause: str, content: Content, about: About) -> list[Notice]:
        """One for each address of the team."""
        now, due = self._clock.now(), await self._due(told)
        return [
            Notice(
                id=derived_id(cause, f"{contact.channel}|{contact.address}"),
                thread=told.thread,
                campaign=about.campaign,
                team=told.team,
                rule=told.rule,
                template=told.template,
                urgency=told.urgency,
                channel=contact.channel,
                address=contact.address,
                content=content,
                facts=about.summary,
                needs_acknowledgement=told.wants_answer,
                plan_version=about.plan_version,
                lines_to_take=about.lines_to_take,
                created_at=now,
                due_at=due,
            )
            for contact in self._book.teams[told.team].reached_by(told.urgency)
        ]

    async def _due(self, told: Told) -> datetime:
        """When it may go out: not in the team's quiet hours, and not above its limit, unless it is urgent."""
        team, due = self._book.teams[told.team], self._clock.now()
        if told.urgency is Urgency.URGENT:
            return due
        for _ in range(MOST_HOURS):
            due = team.may_be_told(due, told.urgency)
            room = due if team.hourly_limit is None else await self._outbound.room(told.team, due, team.hourly_limit)
            if room == due:
                break
            due = room
        return due

    def _held(self, told: Told, team: Team, content: Content, about: About) -> DigestEntry:
        return DigestEntry(
            id=told.thread,
            campaign=None,
            team=told.team,
            rule=TEAM_DIGEST,
            facts={"campaign": about.campaign, "subject": content.subject, "text": content.markdown},
            due_at=next_at(self._clock.now(), team.digest_at) if team.digest_at else self._clock.now(),
        )

    def _ask(self, told: Told, rule: Rule, notice: Notice, about: About) -> Ask:
        hours = self._book.teams[told.team].hours
        return Ask(
            thread=told.thread,
            campaign=about.campaign,
            team=told.team,
            rule=told.rule,
            subject=notice.content.subject,
            told_at=notice.due_at,
            plan_version=about.plan_version,
            lines_to_take=about.lines_to_take,
            references=about.references,
            deadline=about.deadline,
            next_at=hours.after(notice.due_at, rule.chase(1).after_hours),
        )
