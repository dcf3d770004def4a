"""Notices that a moment or a digest brings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.notifier.campaigns.campaign import Known, agreement_anchor
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.event_notices import EventNotices
from services.notifier.notices.notice import DigestEntry
from services.notifier.notices.order import About
from services.notifier.notices.writer import NoticeWriter, NotTold
from services.notifier.own_messages import DigestDue, MomentCame
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import TEAM_DIGEST, Anchor, Before, Daily, Rule
from services.notifier.rulebook.template_facts import HeldNotice, Reckoning
from services.notifier.timed.ports import DigestRepository
from shared.contracts import CampaignApproved
from shared.contracts.schedules import ExpectedContacts
from shared.working_days import ONE_DAY

UNKNOWN_LETTER = "an unknown letter"


class TimedNotices:
    def __init__(
        self,
        campaigns: CampaignRepository,
        gathered: DigestRepository,
        event_notices: EventNotices,
        writer: NoticeWriter,
        book: Rulebook,
    ) -> None:
        self._campaigns = campaigns
        self._gathered = gathered
        self._event_notices = event_notices
        self._writer = writer
        self._book = book

    async def moment(self, came: MomentCame) -> None:
        """Tells a moment; nothing where its rule is gone or its plan does not hold any more."""
        rule = self._book.rule(came.rule)
        known = await self._campaigns.known(came.campaign)
        if rule is None or known.over or known.in_change:
            return
        if (rule.only_with and not known.conditions_to_meet) or not still_lapses(rule, known) or _has_come(came, known):
            return
        facts, about = await self._event_notices.plan_facts(known)
        facts |= {"kind": "moment", "on": came.on, **await self._of_moment(rule, came, facts["campaign"])}
        about = replace(about, summary={**about.summary, "on": came.on.isoformat()})
        await self._writer.tell(came.moment, rule, rule.to, facts, about)

    async def digest(self, due: DigestDue) -> None:
        entries = await self._gathered.of_digest(due.digest)
        first = entries[0]
        if first.rule == TEAM_DIGEST:
            rule = Rule.model_validate(
                {"code": TEAM_DIGEST, "when": {"event": "-"}, "to": first.team, "template": TEAM_DIGEST}
            )
            held = tuple(HeldNotice.model_validate(entry.facts) for entry in entries)
            await self._writer.tell(due.digest, rule, [first.team], {"items": held}, About())
            return
        found = self._book.rule(first.rule)
        if found is None:
            await self._writer.report(due.digest, first.rule, first.campaign, "this rule is gone, with things gathered")
            raise NotTold(f"the rulebook has no rule {first.rule} any more")
        await self._writer.tell(due.digest, found, [first.team], _gathered(first, entries), _about(first, entries))

    async def _of_moment(self, rule: Rule, came: MomentCame, plan: CampaignApproved) -> Mapping[str, Any]:
        if isinstance(rule.when, Daily):
            actual = await self._campaigns.contacts(plan.campaign)
            return {"actual": actual, "reckoning": reckoning(plan, actual, came.on - ONE_DAY)}
        if came.wave is not None:
            return {"wave": next(wave for wave in plan.waves if wave.number == came.wave)}
        return {}


def _has_come(came: MomentCame, known: Known) -> bool:
    """Returns whether a wave that was missing has started since, or is in the plan no more."""
    planned = {wave.number: wave.on for wave in known.plan.waves} if known.plan else {}
    return came.wave is not None and (came.wave in known.started or planned.get(came.wave) != came.on)


def still_lapses(rule: Rule, known: Known) -> bool:
    """Returns whether what a rule warns of still lapses: an approval may have been given again since."""
    if not isinstance(rule.when, Before) or rule.when.before not in (Anchor.GATE_EXPIRY, Anchor.REVIEW):
        return True
    return agreement_anchor(known, rule.when.before) is not None


def reckoning(plan: CampaignApproved, actual: Mapping[date, int], on: date) -> Reckoning:
    """Returns the contacts expected on a day and those that came."""
    nothing = ExpectedContacts(on=on, low=0, central=0, high=0)
    return Reckoning(
        on=on,
        expected=next((each for each in plan.expected_contacts if each.on == on), nothing),
        contacts=actual.get(on, 0),
        expected_so_far=sum(each.central for each in plan.expected_contacts if each.on <= on),
        contacts_so_far=sum(count for day, count in actual.items() if day <= on),
    )


def _gathered(first: DigestEntry, entries: Sequence[DigestEntry]) -> dict[str, Any]:
    return {
        "campaign": first.campaign or UNKNOWN_LETTER,
        "count": len(entries),
        "reasons": tuple(Counter(str(entry.facts["reason"]) for entry in entries).most_common()),
        "references": _references(entries),
        "deadline": _earliest(entries),
    }


def _about(first: DigestEntry, entries: Sequence[DigestEntry]) -> About:
    references, deadline = _references(entries), _earliest(entries)
    told: dict[str, object] = {"count": len(entries), "references": list(references)}
    if deadline:
        told["deadline"] = deadline.isoformat()
    return About(first.campaign, deadline=deadline, references=references, summary=told)


def _references(entries: Sequence[DigestEntry]) -> tuple[str, ...]:
    return tuple(sorted(str(entry.facts["reference"]) for entry in entries))


def _earliest(entries: Sequence[DigestEntry]) -> date | None:
    return min((date.fromisoformat(str(d)) for e in entries if (d := e.facts.get("deadline"))), default=None)
