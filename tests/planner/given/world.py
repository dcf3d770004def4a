"""A campaign and what people did to it, told a second time without asking the code that decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deploy.local.demo import plan as demo
from services.planner.act import Act
from services.planner.agreement.clashes import OtherCampaign
from services.planner.agreement.sign_off import Told
from services.planner.approve import GateDecision, Rejection, pass_gate, reject, send_back, submit
from services.planner.assessment.answer import Given
from services.planner.brief import DecisionAboutClash, acknowledge, approve_lines, decide_clash, write_lines
from services.planner.campaign import Campaign
from services.planner.draft import amend, answer
from services.planner.lifecycle import State, Step
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from services.planner.run import halt, launch, resume
from shared.errors import OtmError
from tests.planner.given.plans import (
    AUTHOR,
    DESIGNED,
    GATES,
    RULES,
    WORDS,
    live,
)
from tests.planner.given.variants import PLANS, SIZED, WATCHED

PEOPLE = (AUTHOR, "helper", *(f"{gate}-lead" for gate in GATES), "lines-editor")
TEAMS = ("customer-services", "debt-management", "press-office")
CLASHING = OtherCampaign(reference="OTM-26-0007", title="Another", state=State.APPROVED, plan=PLANS[0])


@dataclass
class World:
    """A campaign, and what people did to it as they themselves would tell it."""

    campaign: Campaign
    now: datetime = DESIGNED
    clash: bool = False
    wrote: set[str] = field(default_factory=lambda: {AUTHOR})
    passed: dict[str, tuple[str, datetime, Plan]] = field(default_factory=dict)
    reviews: dict[str, date] = field(default_factory=dict)
    lines: int | None = None
    knows: dict[str, tuple[Plan, int | None]] = field(default_factory=dict)
    decided: bool = False

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(RULES, [CLASHING] if self.clash else [])

    def try_(self, action: "Action", person: str) -> None:
        before = self.campaign
        try:
            self.campaign = ACTIONS[action[0]](self, Act(person, self.now, "for a reason"), action[1])
        except OtmError:
            assert self.campaign is before
            return
        self._remember(action, person)
        gone = any(change.step in (Step.LAUNCH, Step.RESUME) for change in self.campaign.changes)
        if gone and self.campaign is not before:
            self.expect_earned()

    def _remember(self, action: "Action", person: str) -> None:
        name, detail = action
        if name in ("amend", "submit"):
            self.wrote.add(person)
        elif name == "pass":
            self.passed[GATES[detail % len(GATES)]] = (person, self.now, self.campaign.plan)
        elif name == "send-back":
            self.passed.pop(GATES[detail % len(GATES)], None)
        elif name == "answer":
            self.reviews[_question(detail)] = _review(self, detail)
        elif name == "approve-lines":
            self.lines = self.campaign.lines_version
        elif name == "acknowledge":
            self.knows[TEAMS[detail % len(TEAMS)]] = (self.campaign.plan, self.lines)
        elif name == "decide-clash":
            self.decided = True

    def expect_earned(self) -> None:
        plan_now = self.campaign.plan
        for gate in GATES:
            person, at, seen = self.passed[gate]
            assert person not in self.wrote, f"{gate} was passed by somebody who wrote the plan"
            assert self.now < at + timedelta(days=180), f"{gate} has expired"
            assert WATCHED[gate](seen) == WATCHED[gate](plan_now), f"{gate} was passed for something else"
            if gate in SIZED:
                assert abs(plan_now.customers - seen.customers) <= 0.1 * seen.customers  # type: ignore[operator]
        assert len({person for person, _, _ in self.passed.values()}) == len(GATES)
        today = self.now.date()
        assert set(self.reviews) == set(demo.ANSWERS)
        assert all(review >= today for review in self.reviews.values()), "an answer is stale"
        assert self.lines is not None, "there are no approved lines to take"
        for team in TEAMS:
            told, lines = self.knows[team]
            assert lines == self.lines, f"{team} does not know the lines to take"
            assert (told.launch, told.customers, told.arms, told.responses) == (
                plan_now.launch, plan_now.customers, plan_now.arms, plan_now.responses,
            ), f"{team} was told something else"  # fmt: skip
        assert plan_now.responses is not None
        assert plan_now.responses.volunteered is not None, "nobody owns what is volunteered"
        assert self.decided or not self.clash or plan_now.launch == date(2026, 12, 7)


Action = tuple[str, int]
Do = Callable[[World, Act, int], Campaign]


def _question(detail: int) -> str:
    return list(demo.ANSWERS)[detail % len(demo.ANSWERS)]


def _review(world: World, detail: int) -> date:
    return world.now.date() + timedelta(days=5 if detail % 3 == 0 else 300)


def _answer(world: World, act: Act, detail: int) -> Campaign:
    question = _question(detail)
    figures = {"exchequer_cost": 1, "customers": 1, "cost_one_to_many": 1, "cost_one_to_one": 2}
    whole = {"text": "So", "review_by": _review(world, detail), "deadlines": [world.now.date()], **figures}
    return answer(world.campaign, question, Given.model_validate(whole), act)


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


GO_AHEAD = DecisionAboutClash(decision="go-ahead", reason="for a reason")
DECISION = GateDecision(reason="for a reason")
INSTEAD = Rejection(reason="for a reason", instead="one-to-one")
ACTIONS: dict[str, Do] = {
    "amend": lambda w, act, n: amend(w.campaign, PLANS[n % len(PLANS)], act, w.circumstances),
    "answer": _answer,
    "write-lines": lambda w, act, n: write_lines(w.campaign, WORDS, act),
    "approve-lines": lambda w, act, n: approve_lines(w.campaign, _proposed(w), act),
    "acknowledge": lambda w, act, n: acknowledge(w.campaign, TEAMS[n % len(TEAMS)], _told(w), act, w.circumstances),
    "decide-clash": lambda w, act, n: decide_clash(w.campaign, CLASHING.reference, GO_AHEAD, act, w.circumstances),
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
MANY = [name for name in ACTIONS if name not in ENDING]


def world_of(campaign: Campaign) -> World:
    """Returns a world in which everything that the campaign has was done by the right people."""
    world = World(campaign)
    world.passed = {gate: (a.by, a.at, campaign.plan) for gate, a in campaign.approvals.items()}
    world.reviews = {question: a.given.review_by for question, a in campaign.answers.items()}
    world.lines = campaign.lines_version
    world.knows = dict.fromkeys(campaign.acknowledged, (campaign.plan, world.lines))
    return world


def towards(world: World, left_out: set[str]) -> None:
    """Lets the right people do all that a launch needs, one after the other, without what is left out."""
    rounds: dict[str, list[tuple[Action, str]]] = {
        "answers": [(("answer", question * 3 + 1), AUTHOR) for question in range(len(demo.ANSWERS))],
        "clash": [(("decide-clash", 0), AUTHOR)],
        "submission": [(("submit", 0), AUTHOR)],
        "gates": [(("pass", number), f"{gate}-lead") for number, gate in enumerate(GATES)],
        "teams": [(("acknowledge", number), "helper") for number in range(len(TEAMS))],
        "launch": [(("launch", 0), AUTHOR), (("resume", 0), AUTHOR)],
    }
    for name, steps in rounds.items():
        for action, person in steps if name not in left_out else ():
            world.try_(action, person)


def paused() -> Campaign:
    return halt(live(), Step.PAUSE, Act(AUTHOR, DESIGNED, "for a reason"))
