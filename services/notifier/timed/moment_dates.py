"""Times of a rule's moments, by a campaign's plan and the time in the United Kingdom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.notifier.campaigns.campaign import Known, agreement_anchor, anchor
from services.notifier.own_messages import MomentCame
from services.notifier.rulebook.rules import After, Anchor, Before, Daily, Missing, NotInTime, Rule
from services.notifier.rulebook.working_hours import at
from shared.clock import LONDON
from shared.contracts import CampaignApproved
from shared.identifiers import derived_id
from shared.working_days import ONE_DAY, add_working_days

MISSED_WORKING_DAYS = 5  # working days for which a moment that was missed is made up for
CONTACTS_AFTER_LAST_WAVE = timedelta(
    days=42
)  # after the last wave, for which contacts are told where none were forecast
RUNS_AFTER_LAST_DATE = timedelta(days=400)  # after the last date of a plan no rule waits for anything


def moments(rule: Rule, known: Known, now: datetime) -> Iterable[MomentCame]:
    """Returns the moments of that rule and campaign that have come, and are not too long ago.

    An amended plan has moments of its own, once it is approved.
    """
    if known.plan is None or known.over or known.in_change:
        return ()
    return _Moments(rule, known, known.plan, now).come()


def end(plan: CampaignApproved) -> date:
    """Returns the day after which nothing more can come."""
    return max(day for which in Anchor if (day := anchor(plan, which))) + RUNS_AFTER_LAST_DATE


@dataclass(frozen=True, slots=True)
class _Moments:
    rule: Rule
    known: Known
    plan: CampaignApproved
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()

    def come(self) -> Iterable[MomentCame]:
        match self.rule.when:
            case Before() as when:
                return self._before(when)
            case After() as when if self.known.launched:
                return self._after(when)
            case Daily() as when if self.known.launched:
                return self._daily(when)
            case NotInTime(missing=Missing.WAVE) as when if self.known.issuing:
                return self._missing_waves(when)
        return ()

    def _before(self, when: Before) -> Iterator[MomentCame]:
        """Yields the moment; one that was missed still comes, until the date itself."""
        fixed = anchor(self.plan, when.before) or agreement_anchor(self.known, when.before)
        if fixed is not None and self.today <= fixed:
            day = add_working_days(fixed, -when.working_days)
            if at(day, when.at) <= self.now:
                yield self._came(day, f"{self.plan.plan_version}|{fixed}")

    def _after(self, when: After) -> Iterator[MomentCame]:
        fixed = anchor(self.plan, when.after)
        if fixed is not None:
            day = add_working_days(fixed, when.working_days)
            if at(day, when.at) <= self.now and self.today <= add_working_days(day, MISSED_WORKING_DAYS):
                yield self._came(day, f"{self.plan.plan_version}|{fixed}")

    def _daily(self, when: Daily) -> Iterator[MomentCame]:
        """Yields today's moment. A missed day is not made up for: the next tells all so far."""
        if self.plan.launch < self.today <= _last_day(self.plan) and at(self.today, when.daily) <= self.now:
            yield self._came(self.today, str(self.today))

    def _missing_waves(self, when: NotInTime) -> Iterator[MomentCame]:
        for wave in self.plan.waves:
            due = at(wave.on, when.at) <= self.now and self.today <= add_working_days(wave.on, MISSED_WORKING_DAYS)
            if due and wave.number not in self.known.started:
                yield self._came(wave.on, f"{self.plan.plan_version}|{wave.number}", wave.number)

    def _came(self, on: date, which: str, wave: int | None = None) -> MomentCame:
        campaign, rule = self.plan.campaign, self.rule.code
        identifier = derived_id(campaign, f"moment|{rule}|{which}")
        return MomentCame(campaign=campaign, moment=identifier, rule=rule, on=on, wave=wave)


def _last_day(plan: CampaignApproved) -> date:
    """Returns the day after the last on which contacts are expected."""
    expected = [each.on for each in plan.expected_contacts]
    return (
        max(expected) + ONE_DAY
        if expected
        else max((wave.on for wave in plan.waves), default=plan.launch) + CONTACTS_AFTER_LAST_WAVE
    )
