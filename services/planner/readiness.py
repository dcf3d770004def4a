"""Readiness of a campaign for its next step: the complete list of what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.planner.actual_figures import late_problems, population_problems
from services.planner.agreement.clashes import OtherCampaign, clash_problems
from services.planner.agreement.gates import Directorate, Standing, condition_problems, gate_problems, standings
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
from services.planner.corrections import correction_problems, touched
from services.planner.issuing.channels import issue_problems
from services.planner.issuing.refusal import refusal_problems
from services.planner.lifecycle import State
from services.planner.lines_to_take.coverage import coverage_problems
from services.planner.lines_to_take.words import words_problems
from services.planner.plan.aspects import Seen
from services.planner.plan.completeness import plan_problems
from services.planner.plan.plan import Plan
from shared.clock import LONDON
from shared.contracts import ChannelsOffered, PopulationLoaded, WaveStarted
from shared.errors import Problem
from shared.wording import words_of


@dataclass(frozen=True)
class Circumstances:
    """The facts beside the campaign that a decision depends on: the gates of every directorate, the other campaigns,
    and the briefings of teams. `dispatched` is true when nothing is left to issue. `offered` and `population` are as
    dispatcher has said; None before it has. `wrong` is the campaign that this one corrects, if it is a correction;
    `started` are its waves that have. `generation` is that of the newest index key.
    """

    rules: Mapping[str, Directorate]
    others: Sequence[OtherCampaign] = ()
    notified: Mapping[str, Told] = field(default_factory=dict)
    dispatched: bool = False
    offered: ChannelsOffered | None = None
    population: PopulationLoaded | None = None
    wrong: Campaign | None = None
    started: Sequence[WaveStarted] = ()
    generation: int = 1


def gate_standings(
    campaign: Campaign, circumstances: Circumstances, at: datetime, seen: Seen | None = None
) -> tuple[Standing, ...]:
    """Returns every gate of the campaign's directorate, in order; none when there is no such directorate. `seen` is
    what an approver sees of this campaign, where that is known already.
    """
    directorate = circumstances.rules.get(campaign.plan.directorate)
    if directorate is None:
        return ()
    gates = directorate.gates_of(campaign.trial, touched(campaign.plan, circumstances.wrong))
    tolerance = directorate.size_tolerance
    return standings(gates, campaign.approvals, seen or campaign.seen, campaign.contributors, at, tolerance)


def gates_reopened(before: Campaign, now: Campaign, circumstances: Circumstances, at: datetime) -> tuple[str, ...]:
    """Returns the gates that are open now and were not before a change, in order."""
    open_before = {standing.gate.code: standing.why_open for standing in gate_standings(before, circumstances, at)}
    open_now = [standing.gate.code for standing in gate_standings(now, circumstances, at) if standing.why_open]
    return tuple(gate for gate in open_now if open_before.get(gate) is None)


def team_sign_offs(campaign: Campaign, circumstances: Circumstances) -> tuple[TeamSignOff, ...]:
    """Returns every team that the plan names, that must acknowledge, or that must have the date."""
    needed = teams_needed(campaign.plan.responses)
    teams = dict.fromkeys((*needed, *campaign.plan.stakeholders, PRESS_OFFICE))
    notified, acknowledged, people = circumstances.notified, campaign.acknowledged, campaign.contributors
    return tuple(sign_off(team, team in needed, notified, acknowledged, campaign.current, people) for team in teams)


def submission_problems(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Problem]:
    """Returns the problems that stand against submission."""
    today = at.astimezone(LONDON).date()
    return [
        *plan_problems(campaign.plan, today),
        *plan_outside_problems(campaign.plan, circumstances, today),
        *_refusal_problems(campaign, circumstances),
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
        *plan_outside_problems(campaign.plan, circumstances, today),
        *_refusal_problems(campaign, circumstances),
        *gate_problems(gate_standings(campaign, circumstances, at)),
        *condition_problems(gate_standings(campaign, circumstances, at)),
        *assessment_problems(campaign.answers, today),
        *_figure_problems(campaign, circumstances),
        *_actual_problems(campaign, circumstances, today),
        *_clash_problems(campaign, circumstances),
        *_words_problems(campaign),
        *_team_problems(campaign, circumstances),
        *_notice_problems(campaign, circumstances),
        *_volunteered_problems(campaign),
    ]


def plan_outside_problems(plan: Plan, circumstances: Circumstances, today: date) -> list[Problem]:
    """Returns what stands against a plan in the world around it: no such directorate, no way to issue it, or nothing of
    that kind to correct.
    """
    known = f"there are gates for {', '.join(sorted(circumstances.rules))}"
    unknown = [] if plan.directorate in circumstances.rules else [Problem("directorate", "known", known)]
    corrected = correction_problems(plan, circumstances.wrong, today)
    return [*unknown, *issue_problems(plan, circumstances.offered), *corrected]


def _refusal_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    return refusal_problems(campaign.refused, campaign.plan_version, circumstances.offered)


def _clash_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    return clash_problems(campaign.reference, campaign.plan, circumstances.others, campaign.clash_decisions)


def _words_problems(campaign: Campaign) -> list[Problem]:
    if campaign.published is None:
        return [Problem("lines_to_take", "approved", "there are no approved lines to take")]
    plan, words = campaign.plan, campaign.published.words
    problems = words_problems(words, frozenset(arm.code for arm in plan.arms))
    problems += coverage_problems(words, plan.arms, plan.responses)
    issuer = plan.responses.letter_issuer if plan.responses else None
    if issuer and issuer.takes_calls and not issuer.hand_over.strip():
        problem = "say how the letter issuer hands calls over"
        problems.append(Problem("responses.letter_issuer.hand_over", "required", problem))
    return problems


def _team_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    problems = [
        Problem(
            f"stakeholders.{team.team}",
            "acknowledged",
            words_of(team.why_void or "has not acknowledged what it was told"),
        )
        for team in team_sign_offs(campaign, circumstances)
        if team.needed and not team.signed_off
    ]
    spoken, people = campaign.acknowledged, campaign.contributors
    if not press_knows_the_date(circumstances.notified, spoken, campaign.current, people):
        problems.append(Problem("stakeholders.press-office", "told", "the press office does not have the date"))
    return problems


def _notice_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    """Returns nothing after the launch: a pause may end as soon as everybody agrees."""
    plan, directorate = campaign.plan, circumstances.rules.get(campaign.plan.directorate)
    if campaign.state is not State.APPROVED or not (directorate and plan.launch and campaign.known_from):
        return []
    if plan.short_notice.strip():
        return []
    teams = {team.team for team in team_sign_offs(campaign, circumstances)}
    return notice_problems(teams, directorate.least_notice, campaign.known_from.astimezone(LONDON).date(), plan.launch)


def _figure_problems(campaign: Campaign, circumstances: Circumstances) -> list[Problem]:
    directorate = circumstances.rules.get(campaign.plan.directorate)
    return figure_problems(campaign.plan, campaign.answers, directorate.size_tolerance if directorate else 0)


def _actual_problems(campaign: Campaign, circumstances: Circumstances, today: date) -> list[Problem]:
    directorate = circumstances.rules.get(campaign.plan.directorate)
    if directorate is None:
        return []
    late = late_problems(campaign.plan, campaign.state, circumstances.started, directorate, today)
    return [*population_problems(campaign.plan, campaign.eligible, directorate), *late]


def _volunteered_problems(campaign: Campaign) -> list[Problem]:
    if campaign.plan.responses and campaign.plan.responses.volunteered:
        return []
    return [Problem("responses.volunteered", "required", "nobody owns what customers volunteer, with a deadline")]
