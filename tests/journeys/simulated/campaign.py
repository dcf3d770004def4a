"""A campaign decided by planner's real rules, which says planner's real events, and what was true of it when."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.planner.agreement.gates_file import load_gates
from services.planner.agreement.sign_off import Told
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.brief import note_acknowledgement
from services.planner.events.agreement import agreement_events
from services.planner.events.changes import events_for
from services.planner.lifecycle import ENDED, State
from services.planner.readiness import Circumstances, gate_standings, launch_problems, team_sign_offs
from shared.contracts import Contract, NoticeAcknowledged, PopulationLoaded, WaveStarted
from shared.errors import OtmError

RULES = load_gates()
DESIGNER = "designer"
Decide = Callable[[Campaign, Act, Circumstances], Campaign]


@dataclass(frozen=True)
class Truth:
    """The campaign and its agreement from `at` on."""

    at: datetime
    campaign: Campaign
    knowing: frozenset[str]
    open_gates: tuple[str, ...]
    unmet: int


@dataclass
class Simulated:
    """One campaign, its circumstances, and what it has said that nobody has heard yet."""

    campaign: Campaign
    chance: random.Random
    waves: list[WaveStarted] = field(default_factory=list)
    notified: dict[str, Told] = field(default_factory=dict)
    population: PopulationLoaded | None = None
    dispatched: bool = False
    said: list[tuple[datetime, Contract]] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return self.campaign.reference

    @property
    def state(self) -> State:
        return self.campaign.state

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def launch(self) -> date:
        assert self.campaign.plan.launch is not None
        return self.campaign.plan.launch

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(
            RULES,
            notified=self.notified,
            dispatched=self.dispatched,
            population=self.population,
            started=tuple(self.waves),
        )

    def decide(self, decide: Decide, by: str, at: datetime, reason: str = "As agreed") -> bool:
        """Returns whether planner took the decision; what it says follows within minutes."""
        circumstances = self.circumstances
        try:
            changed = decide(self.campaign, Act(by, at, reason), circumstances)
        except OtmError:
            return False
        if changed is not self.campaign:
            events = [*agreement_events(self.campaign, changed, circumstances, at), *events_for(changed)]
            self.campaign = changed
            self.note(at)
            self.say(at, *events)
        return True

    def hear_acknowledged(self, said: NoticeAcknowledged, at: datetime) -> None:
        """Hears that a team knows, by a person's word to notifier."""
        if said.plan_version is None:  # not about a plan
            return
        told = Told(plan_version=said.plan_version, lines_to_take=said.lines_to_take, at=said.acknowledged_at)
        self.decide(
            lambda c, act, around: note_acknowledgement(c, said.team, told, act, around), said.acknowledged_by, at
        )

    def say(self, at: datetime, *events: Contract) -> None:
        """Events of one decision go by queues of their own, so that a later one may be heard first."""
        self.said += [(at + timedelta(seconds=self.chance.randint(1, 40)), event) for event in events]

    def note(self, at: datetime) -> None:
        """Remembers what is true now."""
        teams = {each.team for each in team_sign_offs(self.campaign, self.circumstances) if each.signed_off}
        gates = gate_standings(self.campaign, self.circumstances, at)
        unmet = sum(
            number not in {met.number for met in each.approval.met}
            for each in gates
            if each.approval and each.why_open is None
            for number, _ in enumerate(each.approval.conditions, 1)
        )
        open_gates = tuple(each.gate.code for each in gates if each.why_open)
        self.truths.append(Truth(at, self.campaign, frozenset(teams), open_gates, unmet))

    def lately(self, at: datetime, within: timedelta = timedelta(minutes=20)) -> list[Truth]:
        """Returns what was true at some time within the last minutes: news takes a moment."""
        begin = at - within
        before = [truth for truth in self.truths if truth.at <= begin]
        return [*before[-1:], *(truth for truth in self.truths if begin < truth.at <= at)]

    def missing(self, at: datetime) -> set[str]:
        """Returns the fields that stand against a launch."""
        return {problem.field for problem in launch_problems(self.campaign, self.circumstances, at)}
