"""Drafting: write a plan, change it, answer the questions, and start from an earlier campaign."""

from services.planner.assessment.answer import Answer, Given, check
from services.planner.campaign import Campaign, EarlierCampaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import approved_if_passed
from services.planner.issuing.refusal import allocation_problems
from services.planner.lifecycle import State, Step, after
from services.planner.plan.aspects import Aspect, changed
from services.planner.plan.completeness import plan_problems
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances, gates_reopened, plan_outside_problems, team_sign_offs
from shared.clock import LONDON
from shared.errors import Invalid
from shared.values import Code, Value

ASPECTS_TOLD = frozenset(
    {Aspect.LAUNCH, Aspect.SIZE, Aspect.CONTACTS, Aspect.CHANNEL, Aspect.MESSAGE, Aspect.RESPONSES}
)
"""The aspects of a plan that teams are told: after a change of one of them, teams must be told again."""


class Amendment(Value):
    """The effects of a change of the plan: gates re-opened, and teams whose acknowledgement became void."""

    plan: Plan
    changed: tuple[Code, ...]
    reopened: tuple[Code, ...]
    void: tuple[Code, ...]


def create(reference: str, plan: Plan, act: Act) -> Campaign:
    return Campaign(
        reference=reference,
        author=act.by,
        contributors=frozenset({act.by}),
        plan=plan,
        changes=(act.change(Step.CREATE, given=plan),),
    )


def clone(reference: str, earlier: Campaign, results: EarlierCampaign, title: str, act: Act) -> Campaign:
    """Returns a draft with the plan of an earlier campaign without its dates, and its answers, to be given again."""
    undated = {"launch": None, "respond_by": None, "milestones": (), "schedule": (), "allocation_seed": None}
    briefings = {"press_office_briefed": None, "communications_briefed": None}
    plan = earlier.plan.model_copy(update={"title": title, **undated, **briefings})
    answers = {code: a.model_copy(update={"earlier": earlier.reference}) for code, a in earlier.answers.items()}
    return create(reference, plan, act).model_copy(update={"answers": answers, "earlier": results})


def answer(campaign: Campaign, question: str, given: Given, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with a question answered, for the first time or again; the history keeps every answer. An
    answer that says something else re-opens the gates that look at it.
    """
    after(campaign.state, Step.ANSWER)
    check(question, given, act.at.astimezone(LONDON).date())
    answers = campaign.answers | {question: Answer(given=given, by=act.by, at=act.at)}
    contributors = campaign.contributors | {act.by}
    answered = campaign.with_changes(
        act.change(Step.ANSWER, question, given), answers=answers, contributors=contributors
    )
    return reopened_if_touched(campaign, answered, act, circumstances)


def amend(campaign: Campaign, plan: Plan, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with a new plan. After submission a change needs a reason and a plan that could be
    submitted.
    """
    state = after(campaign.state, Step.AMEND)
    _expect_allocation(campaign, plan, circumstances)
    if state is not State.DRAFT:
        act.expect_reason()
        _expect_complete(campaign, plan, act, circumstances)
    return amended_to(campaign, plan, act, circumstances)


def amended_to(campaign: Campaign, plan: Plan, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with a new plan, whoever has looked at it, and what that re-opens."""
    state = after(campaign.state, Step.AMEND)
    if plan == campaign.plan:
        return campaign
    differ = _changed(campaign, plan)
    version = campaign.plan_version + 1
    amended = campaign.model_copy(
        update={
            "plan": plan,
            "plan_version": version,
            "contributors": campaign.contributors | {act.by},
            "told_since": version if differ & ASPECTS_TOLD else campaign.told_since,
        }
    )
    what = _amendment(campaign, amended, act, circumstances)
    changes = [act.change(Step.AMEND, given=what)]
    if state is State.APPROVED and what.reopened:
        state = after(state, Step.REOPEN)
        changes.append(act.change(Step.REOPEN))
    announced = version if state is State.APPROVED else campaign.announced
    changed_to = amended.with_changes(*changes, state=state, announced=announced)
    return approved_if_passed(changed_to, act, circumstances)


def reopened_if_touched(before: Campaign, now: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns an approved campaign as submitted again when a change re-opened one of its gates; and a submitted one as
    approved when it is again what all its gates were passed for.
    """
    if now.state is not State.APPROVED or not gates_reopened(before, now, circumstances, act.at):
        return approved_if_passed(now, act, circumstances)
    changes = (*now.changes, act.change(Step.REOPEN))
    return now.model_copy(update={"state": after(now.state, Step.REOPEN), "changes": changes})


def _amendment(before: Campaign, now: Campaign, act: Act, circumstances: Circumstances) -> Amendment:
    signed_off = [t.team for t in team_sign_offs(before, circumstances) if t.signed_off]
    still = {t.team for t in team_sign_offs(now, circumstances) if t.signed_off}
    return Amendment(
        plan=now.plan,
        changed=tuple(sorted(_changed(before, now.plan))),
        reopened=gates_reopened(before, now, circumstances, act.at),
        void=tuple(team for team in signed_off if team not in still),
    )


def _changed(campaign: Campaign, plan: Plan) -> frozenset[Aspect]:
    return changed(campaign.seen, campaign.model_copy(update={"plan": plan}).seen, tolerance=0)


def _expect_complete(campaign: Campaign, plan: Plan, act: Act, circumstances: Circumstances) -> None:
    today = act.at.astimezone(LONDON).date()
    problems = [*plan_problems(plan, today), *plan_outside_problems(plan, circumstances, today)]
    if campaign.state is State.PAUSED and plan.launch == campaign.plan.launch:
        problems = [problem for problem in problems if problem.rule != "not-past"]
    if problems:
        raise Invalid("the plan that this would make could not have been submitted", *problems)


def _expect_allocation(campaign: Campaign, plan: Plan, circumstances: Circumstances) -> None:
    problems = allocation_problems(campaign.plan, plan, circumstances.population, campaign.refused)
    if problems:
        raise Invalid("the population is loaded, and this would put its customers into other arms", *problems)
