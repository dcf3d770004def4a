"""Many campaigns on one calendar: planner's real rules decide, the real notifier tells, people act by their mails."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from services.notifier.messages import HEARS
from services.notifier.rulebook.rules import ESCALATION, REMINDER, TEAM_DIGEST
from services.planner.agreement.sign_off import Told
from services.planner.lifecycle import State
from shared.clock import LONDON
from shared.contracts import NoticeAcknowledged, NoticeSent
from shared.errors import Conflict, Forbidden
from shared.working_days import add_working_days, is_working_day
from tests.journeys.simulated.casting import cast
from tests.journeys.simulated.mail import GATE_RULES, Mail, Sorting
from tests.journeys.simulated.people import Cast
from tests.notifier.given.desk import Desk, heard

LOOKS = (time(7, 25), time(9, 10), time(11, 5), time(15, 0))
"""The times of day at which the jobs run and people read."""
GATES = {"communications": "communications-tone", "analysts": "analyst-sign-off"}
BEGINS = date(2026, 3, 2)
LASTS_DAYS = 150
DAYS_AFTER = 4
"""Days on which the last mails and digests arrive."""


class Year:
    def __init__(self, desk: Desk, casts: Sequence[Cast], sorting: Sorting) -> None:
        self.desk, self.casts, self.sorting = desk, casts, sorting
        self.of = {one.of.reference: one for one in casts}
        self.chance = random.Random(1)
        self.missing: list[str] = []
        self.sent = self.answered = 0
        """How many notices and answers planner has heard of."""
        self.links: list[tuple[Mail, str]] = []
        """The links that somebody follows now."""

    async def play(self) -> None:
        on = BEGINS
        left = DAYS_AFTER
        while on < BEGINS + timedelta(days=LASTS_DAYS) and left:
            for look in LOOKS if is_working_day(on) else ():
                await self._look(datetime.combine(on, look, LONDON))
            left -= all(one.of.ended for one in self.casts)
            on += timedelta(days=1)
        stuck = [f"{one.of.reference} is still {one.of.state}: {sorted(one.mishaps)}" for one in self.casts]
        self.missing += [each for each, one in zip(stuck, self.casts, strict=True) if not one.of.ended]
        self.missing += [each for one in self.casts for each in self._unheard(one)]

    async def _look(self, now: datetime) -> None:
        self.desk.clock.instant = now
        for one in self.casts:
            for at, do in one.due(now):
                do(at)
        await self._hear(now)
        await self._follow_links()
        await self.desk.turn()
        await self.desk.delivery.step()
        await self.desk.delivery.idle()
        while await self.desk.delivery.say():
            pass
        self._read(now)
        self._tell_planner(now)
        await self._hear(now)

    async def _hear(self, now: datetime) -> None:
        """Notifier hears what planner and dispatcher said, not always in order, and now and then twice."""
        waiting = sorted(((at, one) for one in self.casts for at in one.of.said), key=lambda each: each[0][0])
        for one in self.casts:
            one.of.said = []
        for (at, said), _ in waiting:
            event = heard(said, at)
            for _ in range(2 if self.chance.random() < 0.1 else 1):
                await HEARS[type(said)](self.desk.hear, event)

    def _read(self, now: datetime) -> None:
        new, self.sorting.new = self.sorting.new, []
        for mail in new:
            one = self.of.get(mail.campaign)
            if one is not None and not one.of.ended:
                self._act_by(mail, one, now)

    def _act_by(self, mail: Mail, one: Cast, now: datetime) -> None:
        soon = now + timedelta(hours=one.chance.choice((1, 3, 20)))
        if mail.template == ESCALATION:  # who is on call asks the team again, and somebody of it answers
            self._everybody_answers(one, soon)
        elif mail.team in one.silent and mail.template != REMINDER:
            return
        elif mail.rule in GATE_RULES:
            one.at(soon, lambda at: self._pass(one, mail.team, at))
        elif mail.link:
            one.at(soon, lambda at: self._acknowledge(one, mail, at))
        elif mail.rule == "conditions":
            one.at(soon + timedelta(hours=30), one.met)

    def _everybody_answers(self, one: Cast, at: datetime) -> None:
        def answer(when: datetime) -> None:
            for team in ("customer-services", "debt-management", "letter-issuer"):
                one.acknowledged(when, team, one.speaker(team))
            for team in ("communications", "analysts", "approvers"):
                self._pass(one, team, when)

        one.at(at, answer)

    def _pass(self, one: Cast, team: str, at: datetime) -> None:
        if one.of.state not in (State.SUBMITTED, State.APPROVED) or not one.of.truths[-1].open_gates:
            return
        first = one.of.truths[-1].open_gates[0]
        mine = {GATES[team]} if team in GATES else set(one.of.truths[-1].open_gates) - set(GATES.values())
        if first in mine:
            one.passed(at, first)

    def _acknowledge(self, one: Cast, mail: Mail, at: datetime) -> None:
        if one.chance.random() < 0.25:
            one.acknowledged(at, mail.team, one.speaker(mail.team))
        else:
            self.links.append((mail, one.speaker(mail.team)))

    async def _follow_links(self) -> None:
        """A link may be overtaken, or its person may have had a hand in the plan: then nothing comes of it."""
        links, self.links = self.links, []
        for mail, person in links:
            with suppress(Conflict, Forbidden):
                await self.desk.acknowledging.acknowledge(mail.notice, person)

    def _tell_planner(self, now: datetime) -> None:
        """Planner hears what notifier has said since the last look."""
        for sent in self.desk.spoken.of(NoticeSent)[self.sent :]:
            self.sent += 1
            one = self.of.get(sent.campaign or "")
            if one and sent.plan_version:
                told = Told(plan_version=sent.plan_version, lines_to_take=sent.lines_to_take, at=sent.sent_at)
                one.of.notified[sent.team] = told
        for said in self.desk.spoken.of(NoticeAcknowledged)[self.answered :]:
            self.answered += 1
            if said.campaign in self.of:
                self.of[said.campaign].of.hear_acknowledged(said, now)

    def _unheard(self, one: Cast) -> list[str]:
        """Returns the turns of a campaign of which somebody who had been told of it has heard nothing."""
        found = []
        mails = self.sorting.of(one.of.reference)
        for truth in one.of.truths:
            for change in truth.campaign.changes:
                if change.step not in TURNS:
                    continue
                until = truth.at + timedelta(days=5)
                knew = {mail.team for mail in mails if mail.at < truth.at and mail.rule not in NOT_OF_CAMPAIGN}
                heard_of_it = {
                    mail.team
                    for mail in mails
                    if truth.at <= mail.at <= until and mail.rule.startswith(TURNS[change.step])
                } | self._in_digests(one, truth.at)
                left_out = knew - heard_of_it - {"on-call", "communications", "approvers"}
                if left_out:
                    turn = f"{one.of.reference} {change.step} at {truth.at:%d %b}"
                    found.append(f"{turn}: {sorted(left_out)} heard nothing")
        return found

    def _in_digests(self, one: Cast, since: datetime) -> set[str]:
        """Returns the teams that heard of a campaign in their digest."""
        digests = [mail for mail in self.sorting.of("") if mail.rule == TEAM_DIGEST and mail.at >= since]
        return {mail.team for mail in digests if one.of.reference in mail.text}


TURNS = {
    "pause": ("paused", "cannot-be-issued"),
    "resume": ("resumed",),
    "stop": ("stopped",),
    "reject": ("rejected",),
    "complete": ("completed", "lessons"),
    "launch": ("launched",),
}
NOT_OF_CAMPAIGN = {"gate-open", "tone-review", "approval-wanted"}


def casts(number: int) -> list[Cast]:
    chance = random.Random(7)
    return [cast(each, add_working_days(BEGINS, chance.randint(0, 8))) for each in range(1, number + 1)]
