"""A campaign and what people did to it, told a second time without asking the code that decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.local.demo import plan as demo
from services.planner.agreement.sign_off import Told
from services.planner.assessment.answer import Given
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import GateDecision, Rejection, pass_gate, reject, send_back, submit
from services.planner.decisions.brief import DecisionAboutClash, acknowledge, approve_lines, decide_clash, write_lines
from services.planner.decisions.draft import amend, answer
from services.planner.decisions.run import halt, launch, resume
from services.planner.lifecycle import Step
from shared.errors import OtmError
from tests.planner.given.memory import CLASHING, Decision, Memory, Passed
from tests.planner.given.plans import (
    AUTHOR,
    DESIGNED,
    GATES,
    TEAMS,
    WORDS,
    live,
)
from tests.planner.given.variants import PLANS

PEOPLE = (AUTHOR, "helper", *(f"{gate}-lead" for gate in GATES), "lines-editor")


@dataclass
class World(Memory):
    """A campaign in a world where time passes and another campaign may turn up."""

    def try_(self, action: "Action", person: str) -> None:
        before = self.campaign
        try:
            self.campaign = ACTIONS[action[0]](self, Act(person, self.now, "for a reason"), action[1])
        except OtmError:
            assert self.campaign is before
            return
        if self.campaign is before:
            return
        self._remember(action, person)
        steps = {change.step for change in self.campaign.changes}
        if steps & {Step.LAUNCH, Step.RESUME}:
            self.expect_earned()
        if Step.LAUNCH in steps:
            self.expect_noticed()

    def _remember(self, action: "Action", person: str) -> None:
        name, detail = action
        gate, team = GATES[detail % len(GATES)], TEAMS[detail % len(TEAMS)]
        if name in ("amend", "submit", "answer", "decide-clash"):
            self.wrote.add(person)
        if name == "pass":
            self.passed[gate] = Passed(person, self.now, self.campaign.plan, dict(self.answers), self.decided)
        elif name == "send-back":
            self.passed.pop(gate, None)
        elif name == "answer":
            self.reviews[_question(detail)] = _review(self, detail)
            self.answers[_question(detail)] = _text(detail)
            self.customers_answered = self.campaign.plan.customers or 0
        elif name == "approve-lines":
            self.lines = self.campaign.lines_version
        elif name == "acknowledge":
            self.knows[team] = (self.campaign.plan, self.lines, person)
        elif name == "decide-clash":
            self.decided = _decision(detail)
        self.note_approval()


Action = tuple[str, int]
Do = Callable[[World, Act, int], Campaign]


def _question(detail: int) -> str:
    return list(demo.ANSWERS)[detail % len(demo.ANSWERS)]


def _review(world: World, detail: int) -> date:
    return world.now.date() + timedelta(days=5 if detail % 3 == 0 else 300)


def _text(detail: int) -> str:
    return "So" if detail % 5 else "Thus"


def _decision(detail: int) -> Decision:
    return "go-ahead" if detail % 4 else "reschedule"


def _answer(world: World, act: Act, detail: int) -> Campaign:
    question = _question(detail)
    customers = world.campaign.plan.customers
    figures = {"exchequer_cost": 1, "customers": customers, "cost_one_to_many": 1, "cost_one_to_one": 2}
    whole = {"text": _text(detail), "review_by": _review(world, detail), "deadlines": ["2027-01-29"], **figures}
    return answer(world.campaign, question, Given.model_validate(whole), act, world.circumstances)


def _told(world: World) -> Told:
    campaign = world.campaign
    return Told(plan_version=campaign.plan_version, lines_to_take=campaign.lines_version, at=world.now)


def _proposed(world: World) -> int:
    return world.campaign.proposed.version if world.campaign.proposed else 0


def _wait(world: World, act: Act, detail: int) -> Campaign:
    world.now += timedelta(days=(1, 10, 30, 100, 185)[detail % 5])
    return world.campaign


def _clash(world: World, act: Act, detail: int) -> Campaign:
    world.clash = True
    return world.campaign


def _decided(detail: int) -> DecisionAboutClash:
    return DecisionAboutClash(decision=_decision(detail), reason="for a reason")


DECISION = GateDecision(reason="for a reason")
INSTEAD = Rejection(reason="for a reason", instead="one-to-one")
ACTIONS: dict[str, Do] = {
    "amend": lambda w, act, n: amend(w.campaign, PLANS[n % len(PLANS)], act, w.circumstances),
    "answer": _answer,
    "write-lines": lambda w, act, n: write_lines(w.campaign, WORDS, act),
    "approve-lines": lambda w, act, n: approve_lines(w.campaign, _proposed(w), act),
    "acknowledge": lambda w, act, n: acknowledge(w.campaign, TEAMS[n % len(TEAMS)], _told(w), act, w.circumstances),
    "decide-clash": lambda w, act, n: decide_clash(w.campaign, CLASHING.reference, _decided(n), act, w.circumstances),
    "submit": lambda w, act, n: submit(w.campaign, act, w.circumstances),
    "pass": lambda w, act, n: pass_gate(w.campaign, GATES[n % len(GATES)], DECISION, act, w.circumstances),
    "send-back": lambda w, act, n: send_back(w.campaign, GATES[n % len(GATES)], act, w.circumstances),
    "launch": lambda w, act, n: launch(w.campaign, act, w.circumstances),
    "resume": lambda w, act, n: resume(w.campaign, act, w.circumstances),
    "pause": lambda w, act, n: halt(w.campaign, Step.PAUSE, act),
    "stop": lambda w, act, n: halt(w.campaign, Step.STOP, act),
    "reject": lambda w, act, n: reject(w.campaign, INSTEAD, act),
    "wait": _wait,
    "clash": _clash,
}
ENDING = {"stop", "reject"}
ANSWERED = [
    next(n for n in range(number, 400, len(demo.ANSWERS)) if n % 3 and n % 5) for number in range(len(demo.ANSWERS))
]
"""Details by which each question is answered for long, and in the same words each time."""
MANY = [name for name in ACTIONS if name not in ENDING]


def world_of(campaign: Campaign) -> World:
    """Returns a world in which everything that the campaign has was done by the right people."""
    world = World(campaign)
    world.reviews = {question: a.given.review_by for question, a in campaign.answers.items()}
    world.answers = {question: a.given.text for question, a in campaign.answers.items()}
    world.customers_answered = 25_000
    approvals = campaign.approvals.items()
    world.passed = {gate: Passed(a.by, a.at, campaign.plan, dict(world.answers), None) for gate, a in approvals}
    world.lines = campaign.lines_version
    world.knows = {team: (campaign.plan, world.lines, a.by) for team, a in campaign.acknowledged.items()}
    world.note_approval()
    return world


def towards(world: World, left_out: set[str]) -> None:
    """Lets the right people do all that a launch needs, one after the other, without what is left out."""
    rounds: dict[str, list[tuple[Action, str]]] = {
        "answers": [(("answer", number), AUTHOR) for number in ANSWERED],
        "clash": [(("decide-clash", 1), AUTHOR)],
        "submission": [(("submit", 0), AUTHOR)],
        "gates": [(("pass", number), f"{gate}-lead") for number, gate in enumerate(GATES)],
        "teams": [(("acknowledge", number), f"{team}-lead") for number, team in enumerate(TEAMS)],
        "launch": [(("launch", 0), AUTHOR), (("resume", 0), AUTHOR)],
    }
    for name, steps in rounds.items():
        for action, person in steps if name not in left_out else ():
            world.try_(action, person)


def paused() -> Campaign:
    return halt(live(), Step.PAUSE, Act(AUTHOR, DESIGNED, "for a reason"))
