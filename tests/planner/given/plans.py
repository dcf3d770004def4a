"""Plans as a designer sends them, and campaigns made from them."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from deploy.local.demo import plan as demo
from services.planner.agreement.gates_file import load_gates
from services.planner.agreement.sign_off import Told
from services.planner.assessment.answer import Given
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import GateDecision, pass_gate, submit
from services.planner.decisions.brief import acknowledge, approve_lines, write_lines
from services.planner.decisions.draft import answer, create
from services.planner.decisions.run import launch
from services.planner.lines_to_take.words import Words
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from shared.errors import Invalid

DESIGNED = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
LAUNCH, RESPOND_BY = date(2026, 9, 7), date(2026, 10, 30)
AUTHOR = "designer"
RULES = load_gates()
CIRCUMSTANCES = Circumstances(RULES)
WORDS = Words.model_validate({"lines": demo.LINES})
GATES = tuple(gate.code for gate in RULES["default"].gates)
TEAMS = ("customer-services", "debt-management", "press-office")


def plan(**changes: Any) -> dict[str, Any]:
    """Returns, as JSON, a control and two letters to 25,000 customers, with fields changed."""
    return demo.plan(25_000, LAUNCH, RESPOND_BY) | changes


def problems(**changes: Any) -> set[tuple[str, str]]:
    """Returns the fields and rules that a plan with these changes breaks."""
    try:
        Plan.model_validate(plan(**changes))
    except Invalid as error:
        return {(problem.field, problem.rule) for problem in error.problems}
    return set()


def by(person: str, at: datetime = DESIGNED, reason: str = "as agreed") -> Act:
    return Act(person, at, reason)


def draft(**changes: Any) -> Campaign:
    return create("OTM-26-0042", Plan.model_validate(plan(**changes)), by(AUTHOR))


def answered(campaign: Campaign) -> Campaign:
    launch = campaign.plan.launch or LAUNCH
    for question, given in demo.answers(25_000, launch, RESPOND_BY).items():
        campaign = answer(campaign, question, Given.model_validate(given), by(AUTHOR), CIRCUMSTANCES)
    return campaign


def worded(campaign: Campaign) -> Campaign:
    """Returns the campaign with lines to take that one person wrote and another approved."""
    written = write_lines(campaign, WORDS, by(AUTHOR))
    return approve_lines(written, written.proposed.version if written.proposed else 0, by("lines-editor"))


def gated(campaign: Campaign, *gates: str, at: datetime = DESIGNED) -> Campaign:
    """Returns the campaign through these gates (all, if none is named), each passed by its own lead."""
    for gate in gates or GATES:
        campaign = pass_gate(campaign, gate, GateDecision(reason="sound"), by(f"{gate}-lead", at), CIRCUMSTANCES)
    return campaign


def signed_off(campaign: Campaign, *teams: str, at: datetime = DESIGNED) -> Campaign:
    for team in teams or TEAMS:
        told = Told(plan_version=campaign.plan_version, lines_to_take=campaign.lines_version, at=at)
        campaign = acknowledge(campaign, team, told, by(f"{team}-lead", at), CIRCUMSTANCES)
    return campaign


@lru_cache
def submitted() -> Campaign:
    return submit(worded(answered(draft())), by(AUTHOR), CIRCUMSTANCES)


@lru_cache
def approved() -> Campaign:
    return gated(submitted())


@lru_cache
def ready() -> Campaign:
    return signed_off(approved())


@lru_cache
def live() -> Campaign:
    return launch(ready(), by(AUTHOR), CIRCUMSTANCES)


def later(days: float) -> datetime:
    return DESIGNED + timedelta(days=days)


def missing(
    campaign: Campaign, at: datetime = DESIGNED, circumstances: Circumstances = CIRCUMSTANCES
) -> set[tuple[str, str]]:
    """Returns the fields and rules that stand against submitting the campaign."""
    try:
        submit(campaign, by(AUTHOR, at), circumstances)
    except Invalid as refused:
        return {(problem.field, problem.rule) for problem in refused.problems}
    return set()
