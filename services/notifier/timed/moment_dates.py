"""Times of a rule's moments, by a campaign's plan and the time in the United Kingdom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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
MIDNIGHT = time(0, 0)
RUNS_AFTER_LAST_DATE = timedelta(days=400)  # after the last date of a plan no rule waits for anything


def moments(rule: Rule, known: Known, now: datetime) -> list[MomentCame]:
    """Returns the moments of that rule and campaign that have come, and are not too long ago.

    An amended plan has moments of its own, once it is approved.
    """
    today = now.astimezone(LONDON).date()
    return [dated.moment for dated in _dated(rule, known, today) if dated.at <= now and today <= dated.last]


def next_look(rules: Iterable[Rule], known: Known, now: datetime) -> datetime | None:
    """Returns when to look at a campaign again that stays as it is; None where nothing is to come."""
    today = now.astimezone(LONDON).date()
    to_come = [dated.at for rule in rules for dated in _dated(rule, known, today) if dated.at > now]
    if known.completed and known.plan:
        to_come.append(at(end(known.plan) + ONE_DAY, MIDNIGHT))
    return min((each for each in to_come if each > now), default=None)


def end(plan: CampaignApproved) -> date:
    """Returns the day after which nothing more can come."""
    return max(day for which in Anchor if (day := anchor(plan, which))) + RUNS_AFTER_LAST_DATE


def _dated(rule: Rule, known: Known, today: date) -> Iterable["_Dated"]:
    if known.plan is None or known.over or known.in_change:
        return ()
    return _Moments(rule, known, known.plan, today).dated()


@dataclass(frozen=True, slots=True)
class _Dated:
    """A moment, the time at which it comes, and the last day on which it is made up for."""

    at: datetime
    last: date
    moment: MomentCame


@dataclass(frozen=True, slots=True)
class _Moments:
    """The moments of a rule and a campaign that have not passed for good; of those of every day, two."""

    rule: Rule
    known: Known
    plan: CampaignApproved
    today: date

    def dated(self) -> Iterable[_Dated]:
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

    def _before(self, when: Before) -> Iterator[_Dated]:
        """Yields the moment; one that was missed still comes, until the date itself."""
        fixed = anchor(self.plan, when.before) or agreement_anchor(self.known, when.before)
        if fixed is not None and self.today <= fixed:
            day = add_working_days(fixed, -when.working_days)
            yield _Dated(at(day, when.at), fixed, self._came(day, f"{self.plan.plan_version}|{fixed}"))

    def _after(self, when: After) -> Iterator[_Dated]:
        fixed = anchor(self.plan, when.after)
        if fixed is not None:
            day = add_working_days(fixed, when.working_days)
            last = add_working_days(day, MISSED_WORKING_DAYS)
            yield _Dated(at(day, when.at), last, self._came(day, f"{self.plan.plan_version}|{fixed}"))

    def _daily(self, when: Daily) -> Iterator[_Dated]:
        """Yields the next moments. A missed day is not made up for: the next tells all so far."""
        first = max(self.today, self.plan.launch + ONE_DAY)
        for day in (first, first + ONE_DAY):
            if day <= _last_day(self.plan):
                yield _Dated(at(day, when.daily), day, self._came(day, str(day)))

    def _missing_waves(self, when: NotInTime) -> Iterator[_Dated]:
        for wave in self.plan.waves:
            if wave.number not in self.known.started:
                last = add_working_days(wave.on, MISSED_WORKING_DAYS)
                moment = self._came(wave.on, f"{self.plan.plan_version}|{wave.number}", wave.number)
                yield _Dated(at(wave.on, when.at), last, moment)

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
