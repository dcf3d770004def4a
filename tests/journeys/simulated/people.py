"""People of a simulated campaign: they act by the mails that reach them."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from deploy.local.demo import plan as demo
from services.planner.agreement.sign_off import Told
from services.planner.assessment.answer import Given
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import GateDecision, meet_condition, pass_gate, send_back, submit
from services.planner.decisions.brief import acknowledge
from services.planner.decisions.draft import amend, answer
from services.planner.decisions.population import follow_population
from services.planner.decisions.run import Closing, complete, halt, launch, note_refusal, resume
from services.planner.forecast.schedule.going_out import waves_to_come
from services.planner.lifecycle import State, Step
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from shared.clock import LONDON
from shared.contracts import CampaignRefused, DispatchCompleted, PopulationLoaded, WaveStarted
from shared.working_days import add_working_days
from tests.journeys.simulated.campaign import DESIGNER, Simulated
from tests.support.samples import sample

CUSTOMERS = 25_000
Do = Callable[[datetime], None]


@dataclass
class Cast:
    """A campaign's people. `diary` is what they are going to do, and when."""

    of: Simulated
    mishaps: frozenset[str]
    diary: list[tuple[datetime, Do]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    """Teams that let the first mail lie."""
    called: bool = False
    wave_due_late: int | None = None

    @property
    def chance(self) -> random.Random:
        return self.of.chance

    def at(self, when: datetime, do: Do) -> None:
        self.diary.append((when, do))

    def due(self, now: datetime) -> Iterator[tuple[datetime, Do]]:
        """Takes out what is to be done by now, in order."""
        ready = sorted((each for each in self.diary if each[0] <= now), key=lambda each: each[0])
        self.diary = [each for each in self.diary if each[0] > now]
        yield from ready

    def decide(self, decide: Any, by: str, reason: str = "As agreed") -> Do:
        def do(at: datetime) -> None:
            self.of.decide(decide, by, at, reason)

        return do

    # the designer

    def submit(self, at: datetime) -> None:
        self.of.decide(submit, DESIGNER, at)

    def change(self, at: datetime, **fields: Any) -> None:
        plan = Plan.model_validate(self.of.campaign.plan.model_dump(mode="json") | fields)
        self.of.decide(lambda c, act, around: amend(c, plan, act, around), DESIGNER, at, "It has to be so")

    def every_day(self, at: datetime) -> None:
        """The designer looks each morning: launches when nothing stands against it, puts off what nobody agreed to."""
        one, today = self.of, at.astimezone(LONDON).date()
        if one.ended:
            return
        if "assessment.customers" in one.missing(at):  # the population is another than was answered
            one.decide(partial(answered, question="customers", launch=one.launch), DESIGNER, at)
        if one.state in (State.SUBMITTED, State.APPROVED) and today >= add_working_days(one.launch, -1):
            self.go_or_put_off(at, today)
        elif one.state is State.PAUSED and "hold" not in self.silent:
            self.go_on(at)
        elif one.state is State.LIVE and one.dispatched:
            one.decide(lambda c, act, around: complete(c, Closing(), act, around), DESIGNER, at)
        self.at(next_morning(at), self.every_day)

    def go_or_put_off(self, at: datetime, today: date) -> None:
        if self.of.state is State.APPROVED and not self.of.missing(at):
            self.of.decide(launch, DESIGNER, at)
        elif today >= self.of.launch:
            self.put_off(at)

    def go_on(self, at: datetime) -> None:
        missing = self.of.missing(at)
        if "long-pause" in self.mishaps and "schedule" in missing:
            self.of.decide(lambda c, act, _: halt(c, Step.STOP, act), DESIGNER, at, "It took too long")
        elif not missing:
            self.of.decide(resume, DESIGNER, at)

    def put_off(self, at: datetime) -> None:
        later = add_working_days(at.astimezone(LONDON).date(), 16)
        respond_by = later + timedelta(days=60)
        milestones = [{"what": "Results", "on": (respond_by + timedelta(days=60)).isoformat()}]
        self.change(at, launch=later.isoformat(), respond_by=respond_by.isoformat(), milestones=milestones)
        self.of.decide(partial(answered, question="timing", launch=later), DESIGNER, at)

    # dispatcher

    def waves(self, at: datetime) -> None:
        """Dispatcher starts what is due this morning."""
        one, today = self.of, at.astimezone(LONDON).date()
        if one.state is State.LIVE and not one.dispatched:
            to_come = waves_to_come(one.campaign.plan, one.campaign.eligible, one.waves, today)
            if to_come and to_come[0].on <= today:
                late = "late-wave" in self.mishaps and not one.waves
                if late and self.wave_due_late is None:
                    self.wave_due_late = 1
                    self.at(at.replace(hour=12, minute=40), self.waves)
                    self.at(morning(add_working_days(today, 1)), self.waves)
                    return
                wave = to_come[0]
                facts = {"wave": wave.number, "on": wave.on, "communications": wave.size, "started_at": at}
                started = sample(WaveStarted, campaign=one.reference, **facts)
                one.waves.append(started)
                one.say(at, started)
                if len(to_come) == 1:
                    self.at(at + timedelta(hours=5), self.all_out)
        if not one.ended:
            self.at(morning(add_working_days(today, 1)), self.waves)

    def all_out(self, at: datetime) -> None:
        self.of.dispatched = True
        self.of.say(at, sample(DispatchCompleted, campaign=self.of.reference, completed_at=at))

    def load(self, at: datetime, eligible: int) -> None:
        if self.of.ended:
            return
        rows = {"rows": eligible + 300, "eligible": eligible, "loaded_at": at}
        loaded = sample(PopulationLoaded, campaign=self.of.reference, **rows)
        self.of.population = loaded
        self.of.decide(lambda c, act, around: follow_population(c, loaded, act, around), "dispatcher", at)

    def refuse(self, at: datetime) -> None:
        version = self.of.campaign.plan_version
        facts = {"plan_version": version, "refused_at": at}
        refused = sample(CampaignRefused, campaign=self.of.reference, **facts)
        if self.of.state is State.APPROVED:
            self.of.say(at, refused)
            self.of.decide(lambda c, act, _: note_refusal(c, refused, act), "dispatcher", at)
            self.at(at + timedelta(days=1), lambda later: self.change(later, method="Another way of printing"))

    # teams and approvers, by mail

    def speaker(self, team: str) -> str:
        """Returns who speaks for a team: its lead, or a colleague where the lead has had a hand in the plan."""
        lead = f"{team}-lead"
        return f"{team}-desk" if lead in self.of.campaign.contributors else lead

    def acknowledged(self, at: datetime, team: str, by: str) -> None:
        """By planner's own door."""
        told = Told(plan_version=self.of.campaign.plan_version, lines_to_take=self.of.campaign.lines_version, at=at)
        self.of.decide(lambda c, act, around: acknowledge(c, team, told, act, around), by, at)

    def passed(self, at: datetime, gate: str) -> None:
        conditions = ("Brief the helplines once more",) if self._conditional(gate) else ()
        given = GateDecision(reason="Sound", conditions=conditions)
        if "sent-back" in self.mishaps and gate == "strategy-unit" and not self.called:
            self.called = True
            self.of.decide(lambda c, act, around: send_back(c, gate, act, around), f"{gate}-lead", at, "Not yet")
            self.at(at + timedelta(days=1), self.submit)
            return
        self.of.decide(lambda c, act, around: pass_gate(c, gate, given, act, around), f"{gate}-lead", at)

    def _conditional(self, gate: str) -> bool:
        return "condition" in self.mishaps and gate == "affected-stakeholders"

    def met(self, at: datetime) -> None:
        gate = "affected-stakeholders"
        self.of.decide(lambda c, act, a: meet_condition(c, gate, 1, "Done", act, a), f"{gate}-lead", at)


def next_morning(at: datetime) -> datetime:
    return morning(add_working_days(at.astimezone(LONDON).date(), 1)) + timedelta(minutes=45)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(7, 20), LONDON)


def answered(campaign: Campaign, act: Act, around: Circumstances, question: str, launch: date) -> Campaign:
    given = demo.answers(campaign.plan.customers or CUSTOMERS, launch, act.at.date() + timedelta(days=300))[question]
    return answer(campaign, question, Given.model_validate(given), act, around)
