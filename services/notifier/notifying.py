"""From an event to the notices that the rulebook asks for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from services.notifier.destination import Channel, Destination
from services.notifier.notice import DigestEntry, Notice, digest_due
from services.notifier.rendering import Templates
from services.notifier.rulebook import NAMED_BY_EVENT, Rule, Rulebook
from shared.clock import Clock
from shared.contracts import CampaignApproved, CampaignSubmitted, Contract, LinesToTakePublished
from shared.errors import NotYet, Permanent
from shared.identifiers import derived_id
from shared.messaging import Event


class NoticeRepository(Protocol):
    """Every write may be repeated."""

    async def keep_campaign(self, approved: CampaignApproved) -> None: ...

    async def keep_lines(self, published: LinesToTakePublished) -> None: ...

    async def campaign(self, reference: str) -> CampaignApproved | None: ...

    async def lines(self, campaign: str, version: int) -> LinesToTakePublished | None: ...

    async def add(self, notices: Sequence[Notice], entries: Sequence[DigestEntry]) -> None: ...


class Notifying:
    def __init__(self, repository: NoticeRepository, book: Rulebook, templates: Templates, clock: Clock) -> None:
        self._repository = repository
        self._book = book
        self._templates = templates
        self._clock = clock

    async def notify(self, event: Event[Contract]) -> None:
        """Keep a notice, or an entry for a digest, for every rule on this event."""
        rules = self._book.on(event.type)
        now = [rule for rule in rules if rule.digest_minutes is None]
        gathered = [rule for rule in rules if rule.digest_minutes is not None]
        facts = await self._facts(event.data) if now else {}
        await self._repository.add(
            [self._notice(event, rule, facts) for rule in now], [self._entry(event, rule) for rule in gathered]
        )

    def digest(self, notice_id: str, entries: Sequence[DigestEntry]) -> Notice:
        """One notice for entries of one rule, team and campaign."""
        first = entries[0]
        rule = next(rule for rule in self._book.rules if rule.code == first.rule)
        facts = {
            "campaign": first.campaign or "an unknown letter",
            "team": self._book.teams[first.team],
            "count": len(entries),
            "reasons": Counter(str(entry.facts["reason"]) for entry in entries).most_common(),
            "references": sorted(str(entry.facts["reference"]) for entry in entries),
        }
        return self._made(notice_id, first.campaign, first.team, rule, facts)

    def _notice(self, event: Event[Contract], rule: Rule, facts: Mapping[str, object]) -> Notice:
        team = _team(rule, event.data)
        campaign = getattr(event.data, "campaign", None)
        identifier = derived_id(event.id, f"notice|{rule.code}|{team}")
        return self._made(identifier, campaign, team, rule, {**facts, "team": self._book.teams[team]})

    def _made(
        self, identifier: str, campaign: str | None, team: str, rule: Rule, facts: Mapping[str, object]
    ) -> Notice:
        now = self._clock.now()
        return Notice(
            id=identifier,
            thread=identifier,
            template=rule.template,
            campaign=campaign,
            team=team,
            rule=rule.code,
            destinations=(Destination(channel=Channel.EMAIL, address=self._book.teams[team].email),),
            content=self._templates.render(rule.template, facts),
            created_at=now,
            due_at=now,
        )

    def _entry(self, event: Event[Contract], rule: Rule) -> DigestEntry:
        team = _team(rule, event.data)
        if team not in self._book.teams:
            raise Permanent(f"the rulebook has no team {team}")
        return DigestEntry(
            id=derived_id(event.id, f"entry|{rule.code}"),
            campaign=getattr(event.data, "campaign", None),
            team=team,
            rule=rule.code,
            facts={
                "reference": event.subject,
                "reason": getattr(event.data, "reason", getattr(event.data, "kind", "other")),
            },
            due_at=digest_due(self._clock.now(), rule.digest_minutes or 1),
        )

    async def _facts(self, data: Contract) -> dict[str, Any]:
        """What templates may use: the event's own data, the campaign as approved, and its lines to take."""
        facts: dict[str, Any] = {"event": data, "kind": data.event_type.split(".")[1], "day": _spelt}
        reference = getattr(data, "campaign", None)
        campaign = await self._repository.campaign(reference) if reference else None
        if campaign is None and not isinstance(data, CampaignSubmitted):
            raise NotYet(f"the approval of {reference} has not come yet")
        if campaign is not None:
            lines = await self._repository.lines(campaign.campaign, campaign.lines_to_take)
            if lines is None:
                raise NotYet(f"the lines to take of {campaign.campaign} have not come yet")
            facts |= {"campaign": campaign, "lines": lines}
        return facts


def _team(rule: Rule, data: Contract) -> str:
    return str(getattr(data, "team", "")) if rule.team == NAMED_BY_EVENT else rule.team


def _spelt(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
