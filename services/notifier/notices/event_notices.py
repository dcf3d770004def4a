"""Notices of events: what the rules tell because of an event."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifier.campaigns.campaign import Known, deadline
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.notice import DigestEntry, digest_due
from services.notifier.notices.order import About
from services.notifier.notices.plan_facts import plan_facts
from services.notifier.notices.ports import NoticeStore
from services.notifier.notices.validity import holds, is_overtaken
from services.notifier.notices.writer import NoticeWriter, NotTold
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import AUTHOR, EXCURSION, FROM_EVENT, OF_CAMPAIGN, SIGN_OFF, TOLD, Rule
from services.notifier.rulebook.template_facts import is_planned
from shared.clock import Clock
from shared.contracts import (
    CampaignApproved,
    Contract,
    LinesToTakePublished,
    NoticeFailed,
)
from shared.errors import NotYet
from shared.events import Event
from shared.identifiers import derived_id

SUMMARISED = (
    "customers", "launch", "respond_by", "plan_version", "changed", "void", "wave", "on", "communications", "instead",
    "team", "notice", "rows", "rejected", "suppressed", "version", "excursion", "since", "contacts", "expected",
    "still_expected", "daily_limit", "number", "fewer_letters", "ended_at",
)  # fmt: skip
"""The fields of events that are kept with a notice as its facts."""


class EventNotices:
    def __init__(
        self, campaigns: CampaignRepository, notices: NoticeStore, writer: NoticeWriter, book: Rulebook, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._notices = notices
        self._writer = writer
        self._book = book
        self._clock = clock

    async def notify(self, event: Event[Contract]) -> bool:
        """Keeps a notice, or an entry for a digest, for every rule on this event. Returns whether what it says still
        holds. Raises `NotTold` at the end if one could not be made, and `NotYet` at once if what the event is about has
        not come.
        """
        known = await self._known(event.data)
        rules = [rule for rule in self._book.on(event.type) if holds(rule, event.data, known)]
        if not rules or is_overtaken(event.data, known):
            return not rules
        await self._notices.add([], await self._entries(event, [r for r in rules if r.gather_minutes], known))
        at_once = [rule for rule in rules if not rule.gather_minutes]
        if at_once:
            facts, about = await self._facts(event.data, known)
            await self._tell(event, known, at_once, facts, about)
        return True

    async def plan_facts(self, known: Known) -> tuple[dict[str, Any], About]:
        """Returns the campaign as it stands, and its lines to take. Raises `NotYet` while they have not come."""
        plan = known.plan
        if plan is None:
            raise NotYet(f"the approval of {known.campaign} has not come yet")
        lines = await self._lines(plan)
        about = self._about(known, plan.plan_version, lines.version if lines.lines else None, summary(plan))
        return plan_facts(known, plan, lines), about

    @staticmethod
    def _about(known: Known, plan_version: int | None, lines: int | None, told: Mapping[str, object]) -> About:
        knowing = known.teams_that_know(plan_version, lines)
        asks = not (known.over or known.completed)
        return About(known.campaign, plan_version, lines, None, (), told, knowing, known.teams_needed, asks)

    async def _lines(self, plan: CampaignApproved) -> LinesToTakePublished:
        """Returns the latest lines since those that the plan names; empty ones where none are approved yet, which are
        told later.
        """
        latest = await self._campaigns.latest_lines(plan.campaign)
        if plan.lines_to_take is None and latest is None:
            return LinesToTakePublished(campaign=plan.campaign, version=1, lines=(), published_at=plan.approved_at)
        version = max(plan.lines_to_take or 0, latest or 0)
        lines = await self._campaigns.lines(plan.campaign, version)
        if lines is None:
            raise NotYet(f"the lines to take of {plan.campaign} have not come yet")
        return lines

    async def _tell(
        self, event: Event[Contract], known: Known, rules: Sequence[Rule], facts: Mapping[str, Any], about: About
    ) -> None:
        failures = []
        for rule in rules:
            try:
                teams = await self._receivers(rule, event, known)
                await self._writer.tell(_cause(event, rule), rule, teams, facts, about)
            except NotTold as error:  # the other rules do not suffer from it
                failures.append(error)
        if failures:
            raise failures[0]

    async def _receivers(self, rule: Rule, event: Event[Contract], known: Known) -> list[str]:
        teams = receivers(rule, event.data)
        if AUTHOR in rule.to and (author := getattr(event.data, "author", None)):
            teams = list(dict.fromkeys(self._book.author(team) if team == author else team for team in teams))
        if SIGN_OFF in rule.to:
            teams += sorted(known.teams_needed - set(teams))
        told: set[str] = set()
        if TOLD in rule.to or rule.only_told:
            told |= await self._notices.teams_told(known.campaign, self._book.about_campaigns) - {self._book.on_call}
        if rule.only_told and TOLD not in rule.to:
            return [team for team in teams if team in told]
        if EXCURSION in rule.to and (excursion := getattr(event.data, "excursion", None)):
            told |= await self._notices.teams_told_of(known.campaign, excursion)
        others = {team for each in self._book.on(event.type) for team in receivers(each, event.data)} if told else set()
        return teams + sorted((told & set(self._book.teams)) - others)

    async def _known(self, data: Contract) -> Known:
        reference = getattr(data, "campaign", None)
        return await self._campaigns.known(reference) if reference else Known(campaign="")

    async def _facts(self, data: Contract, known: Known) -> tuple[dict[str, Any], About]:
        """Returns the facts of templates: the event's data, and for an approved campaign its plan and its lines."""
        facts: dict[str, Any] = {"event": data, "kind": data.event_type.split(".")[1]}
        if is_planned(type(data)):
            planned, about = await self.plan_facts(known)
            facts |= planned
            lines = data.version if isinstance(data, LinesToTakePublished) else about.lines_to_take
            return facts, self._about(known, about.plan_version, lines, {**about.summary, **summary(data)})
        version = getattr(data, "plan_version", None)
        return facts, About(known.campaign or None, version, summary=summary(data))

    async def _entries(self, event: Event[Contract], rules: Sequence[Rule], known: Known) -> list[DigestEntry]:
        entries = []
        for rule in rules:
            for team in receivers(rule, event.data):
                if team not in self._book.teams:
                    error = NotTold(f"the directory has no team {team}")
                    await self._writer.report(derived_id(event.id, rule.code), rule.code, known.campaign, error.message)
                    raise error
                entries.append(self._entry(event, rule, team, known))
        return entries

    def _entry(self, event: Event[Contract], rule: Rule, team: str, known: Known) -> DigestEntry:
        data = event.data
        return DigestEntry(
            id=derived_id(event.id, f"entry|{rule.code}|{team}"),
            campaign=known.campaign or None,
            team=team,
            rule=rule.code,
            facts={
                "reference": event.subject,
                "reason": getattr(data, "reason", getattr(data, "kind", "other")),
                "deadline": deadline(data, known),
            },
            due_at=digest_due(self._clock.now(), rule.gather_minutes or 1),
        )


def receivers(rule: Rule, data: Contract) -> list[str]:
    """Returns the teams that the rule tells of that event. Nobody is told by the way that has just failed to reach
    them.
    """
    teams: dict[str, None] = {}
    for receiver in (each for each in rule.to if each not in OF_CAMPAIGN):
        named = getattr(data, receiver.removeprefix(FROM_EVENT)) if receiver.startswith(FROM_EVENT) else receiver
        teams |= dict.fromkeys([named] if isinstance(named, str) else named or ())
    return [team for team in teams if not (isinstance(data, NoticeFailed) and data.team == team)]


def summary(data: Contract) -> dict[str, object]:
    """Returns the references, codes, counts and dates of what a notice tells."""
    whole = data.model_dump(mode="json", include=set(SUMMARISED))
    return {name: value for name, value in whole.items() if value is not None}


def _cause(event: Event[Contract], rule: Rule) -> str:
    """Returns the cause of a rule's notices: the event, or the stretch of time in which repeats are left out."""
    if rule.once_in_minutes is None:
        return event.id
    stretch = int(event.time.timestamp() // (60 * rule.once_in_minutes))
    about = f"{getattr(event.data, 'campaign', None)}|{getattr(event.data, 'team', '')}|{event.type}"
    return derived_id(about, f"once|{rule.code}", stretch)
