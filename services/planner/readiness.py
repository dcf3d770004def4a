"""Readiness of a campaign for its next step: the complete list of what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.planner.agreement.clashes import OtherCampaign, clash_problems
from services.planner.agreement.gates import Directorate, Standing, gate_problems, standings
from services.planner.agreement.sign_off import (
    PRESS_OFFICE,
    TeamSignOff,
    Told,
    notice_problems,
    press_knows_the_date,
    sign_off,
    teams_needed,
)
from services.planner.assessment.answer import assessment_problems
from services.planner.assessment.figures import figure_problems
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
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


def gates_reopened(before: Campaign, now: Campaign, circumstances: Circumstances, at: datetime) -> tuple[str, ...]:
    """Returns the gates that are open now and were not before a change, in order."""
    open_before = {standing.gate.code: standing.why_open for standing in gate_standings(before, circumstances, at)}
    open_now = [standing.gate.code for standing in gate_standings(now, circumstances, at) if standing.why_open]
    return tuple(gate for gate in open_now if open_before.get(gate) is None)


def team_sign_offs(campaign: Campaign, circumstances: Circumstances) -> tuple[TeamSignOff, ...]:
    """Returns every team that the plan names or that must acknowledge."""
    needed = teams_needed(campaign.plan.responses)
    teams = dict.fromkeys((*needed, *campaign.plan.stakeholders))
    notified, acknowledged, people = circumstances.notified, campaign.acknowledged, campaign.contributors
    return tuple(sign_off(team, team in needed, notified, acknowledged, campaign.current, people) for team in teams)


def submission_problems(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns the problems that stand against submission."""
    today = at.astimezone(LONDON).date()
    return [
        *plan_problems(campaign.plan, today),
        *directorate_problems(campaign.plan, circumstances),
        *assessment_problems(campaign.answers, today),
        *_figure_problems(campaign, circumstances),
        *_clash_problems(campaign, circumstances),
    ]


def launch_problems(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns the problems that stand against a launch, or against going on after a pause."""
    today = at.astimezone(LONDON).date()
    launched = campaign.state in (State.LIVE, State.PAUSED)
    plan = [p for p in plan_problems(campaign.plan, today) if not (launched and p.field == "launch")]
    return [
        *plan,
        *directorate_problems(campaign.plan, circumstances),
        *gate_problems(gate_standings(campaign, circumstances, at)),
        *assessment_problems(campaign.answers, today),
        *_figure_problems(campaign, circumstances),
        *_clash_problems(campaign, circumstances),
        *_words_problems(campaign),
        *_team_problems(campaign, circumstances),
        *_notice_problems(campaign, circumstances),
        *_volunteered_problems(campaign),
    ]


def directorate_problems(plan: Plan, circumstances: Circumstances) -> list[Problem]:
    if plan.directorate in circumstances.rules:
        return []
    return [Problem("directorate", "known", f"there are gates for {', '.join(sorted(circumstances.rules))}")]


def _clash_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    return clash_problems(campaign.reference, campaign.plan, circumstances.others, campaign.clash_decisions)


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


def _notice_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    """Returns nothing after the launch: a pause may end as soon as everybody agrees."""
    plan, directorate = campaign.plan, circumstances.rules.get(campaign.plan.directorate)
    if campaign.state is not State.APPROVED or not (directorate and plan.launch and campaign.known_from):
        return []
    if plan.short_notice.strip():
        return []
    teams = {PRESS_OFFICE, *(team.team for team in team_sign_offs(campaign, circumstances))}
    return notice_problems(teams, directorate.least_notice, campaign.known_from.astimezone(LONDON).date(), plan.launch)


def _figure_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    directorate = circumstances.rules.get(campaign.plan.directorate)
    return figure_problems(campaign.plan, campaign.answers, directorate.size_tolerance if directorate else 0)


def _volunteered_problems(campaign: Campaign) -> list[Problem]:
    if campaign.plan.responses and campaign.plan.responses.volunteered:
        return []
    return [Problem("responses.volunteered", "required", "nobody owns what customers volunteer, with a deadline")]
