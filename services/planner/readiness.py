"""Readiness of a campaign for its next step: the complete list of what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.planner.agreement.clashes import OtherCampaign, clash_problems, clashes
from services.planner.agreement.gates import Directorate, Standing, gate_problems, standings
from services.planner.agreement.sign_off import TeamSignOff, Told, press_knows_the_date, sign_off, teams_needed
from services.planner.assessment.answer import assessment_problems
from services.planner.campaign import Campaign
from services.planner.lines_to_take.words import words_problems
from services.planner.plan.completeness import plan_problems
from services.planner.plan.plan import Plan
from shared.clock import LONDON
from shared.errors import Problem


@dataclass(frozen=True)
class Circumstances:
    """The facts beside the campaign that a decision depends on: the gates of every directorate, the other campaigns,
    and the briefings of teams. `dispatched` is true when nothing is left to issue.
    """

    rules: Mapping[str, Directorate]
    others: Sequence[OtherCampaign] = ()
    notified: Mapping[str, Told] = field(default_factory=dict)
    dispatched: bool = False


def gate_standings(campaign: Campaign, circumstances: Circumstances, at: datetime) -> tuple[Standing, ...]:
    """Returns every gate of the campaign's directorate, in order; none when there is no such directorate."""
    directorate = circumstances.rules.get(campaign.plan.directorate)
    if directorate is None:
        return ()
    gates, tolerance = directorate.gates_of(campaign.trial), directorate.size_tolerance
    return standings(gates, campaign.approvals, campaign.seen, campaign.contributors, at, tolerance)


def team_sign_offs(campaign: Campaign, circumstances: Circumstances) -> tuple[TeamSignOff, ...]:
    """Returns every team that the plan names or that must acknowledge."""
    needed = teams_needed(campaign.plan.responses)
    teams = dict.fromkeys((*needed, *campaign.plan.stakeholders))
    return tuple(
        sign_off(team, team in needed, circumstances.notified, campaign.acknowledged, campaign.current)
        for team in teams
    )


def submission_problems(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns the problems that stand against submission."""
    today = at.astimezone(LONDON).date()
    return [
        *plan_problems(campaign.plan, today),
        *directorate_problems(campaign.plan, circumstances),
        *assessment_problems(campaign.answers, today),
        *_clash_problems(campaign, circumstances),
    ]


def launch_problems(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns the problems that stand against a launch, or against going on after a pause."""
    today = at.astimezone(LONDON).date()
    launched = campaign.state.value in ("live", "paused")
    plan = [p for p in plan_problems(campaign.plan, today) if not (launched and p.field == "launch")]
    return [
        *plan,
        *directorate_problems(campaign.plan, circumstances),
        *gate_problems(gate_standings(campaign, circumstances, at)),
        *assessment_problems(campaign.answers, today),
        *_clash_problems(campaign, circumstances),
        *_words_problems(campaign),
        *_team_problems(campaign, circumstances),
        *_volunteered_problems(campaign),
    ]


def directorate_problems(plan: Plan, circumstances: Circumstances) -> list[Problem]:
    if plan.directorate in circumstances.rules:
        return []
    return [Problem("directorate", "known", f"there are gates for {', '.join(sorted(circumstances.rules))}")]


def _clash_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    return clash_problems(clashes(campaign.reference, campaign.plan, circumstances.others), campaign.clash_decisions)


def _words_problems(campaign: Campaign) -> list[Problem]:
    if campaign.published is None:
        return [Problem("lines_to_take", "approved", "there are no approved lines to take")]
    responses, scripts = campaign.plan.responses, campaign.published.words.scripts
    problems = words_problems(campaign.published.words, frozenset(arm.code for arm in campaign.plan.arms))
    if responses and responses.immediate_response and not scripts:
        problems.append(Problem("lines_to_take.scripts", "required", "a response is sought, and there is no script"))
    if responses and responses.letter_issuer.takes_calls:
        if not any(script.audience == "letter-issuer" for script in scripts):
            problems.append(Problem("lines_to_take.scripts", "letter-issuer", "the letter issuer has no script"))
        if not responses.letter_issuer.hand_over.strip():
            problem = "say how the letter issuer hands calls over"
            problems.append(Problem("responses.letter_issuer.hand_over", "required", problem))
    return problems


def _team_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    problems = [
        Problem(f"stakeholders.{team.team}", "acknowledged", team.why_void or "has not acknowledged what it was told")
        for team in team_sign_offs(campaign, circumstances)
        if team.needed and not team.signed_off
    ]
    if not press_knows_the_date(circumstances.notified, campaign.acknowledged, campaign.current):
        problems.append(Problem("stakeholders.press-office", "told", "the press office does not have the date"))
    return problems


def _volunteered_problems(campaign: Campaign) -> list[Problem]:
    if campaign.plan.responses and campaign.plan.responses.volunteered:
        return []
    return [Problem("responses.volunteered", "required", "nobody owns what customers volunteer, with a deadline")]
