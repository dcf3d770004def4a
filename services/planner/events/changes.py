"""Events that planner says about a campaign, each with all that its hearers need."""

from collections.abc import Callable, Sequence
from datetime import date

from services.planner.campaign import Campaign, Change
from services.planner.evaluation.provenance import PublishedSeal
from services.planner.evaluation.seal import seal
from services.planner.events.briefing import help_said, published
from services.planner.events.figures import figures_changed
from services.planner.events.loop import by_loop, decision, paused, proposed, slowed, time_ended
from services.planner.forecast.forecast import forecast
from services.planner.forecast.schedule.schedule import planned_waves
from services.planner.lifecycle import State, Step
from services.planner.plan.plan import Plan
from services.planner.plan.sealed_plan import sealed_plan
from shared.contracts import (
    CampaignAmended,
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignRejected,
    CampaignResumed,
    CampaignStopped,
    CampaignSubmitted,
    Contract,
)


def events_for(campaign: Campaign) -> list[Contract]:
    """Returns the events to say after the latest changes, in order."""
    changes = [change for change in campaign.changes if change.step in _SAY]
    return [event for change in changes for event in _SAY[change.step](campaign, change)]


def with_seals(campaign: Campaign, said: Sequence[Contract]) -> Campaign:
    """Returns the campaign with the seals that its approvals say, each once for as long as it stands."""
    seals = list(campaign.seals)
    for event in (each for each in said if isinstance(each, CampaignApproved)):
        sealed = event.analysis_plan_sha256
        if sealed and (not seals or seals[-1].seal != sealed):
            seals.append(PublishedSeal(seal=sealed, plan_version=event.plan_version, at=event.approved_at))
    return campaign.model_copy(update={"seals": tuple(seals)})


def _submitted(campaign: Campaign, change: Change) -> list[Contract]:
    plan = campaign.plan
    return [
        CampaignSubmitted(
            campaign=campaign.reference,
            title=plan.title,
            regime=plan.regime,
            customers=plan.customers or 0,
            launch=_launch(plan),
            again=campaign.submissions > 1,
            submitted_by=change.by,
            submitted_at=change.at,
        )
    ]


def _amended(campaign: Campaign, change: Change) -> list[Contract]:
    if campaign.state is State.DRAFT:
        return []
    plan, what = campaign.plan, change.detail
    amended = CampaignAmended(
        **decision(campaign, change),
        plan_version=campaign.plan_version,
        title=plan.title,
        changed=what["changed"],
        reopened=what["reopened"],
        void=what["void"],
        launch=_launch(plan),
        respond_by=plan.respond_by,
        waves=planned_waves(plan),
        customers=plan.customers or 0,
        expected_contacts=forecast(plan),
        stakeholders=plan.stakeholders,
    )
    said_below = any(each.step is Step.APPROVE for each in campaign.changes)  # it waited for nothing else
    still_approved = campaign.state is State.APPROVED and not said_below
    return [amended, *(_approved(campaign, change) if still_approved else [])]


def _approved(campaign: Campaign, change: Change) -> list[Contract]:
    plan = campaign.plan
    fields = plan.model_dump(include=set(CampaignApproved.model_fields) & set(Plan.model_fields))
    responses = plan.responses.model_dump() if plan.responses else {}
    issuer = responses.get("letter_issuer", {})
    sealed = sealed_plan(plan, campaign.reference)
    return [
        CampaignApproved(
            **fields,
            campaign=campaign.reference,
            version=campaign.version,
            plan_version=campaign.plan_version,
            told_since=campaign.told_since,
            generation=campaign.generation,
            waves=planned_waves(plan),
            expected_contacts=forecast(plan),
            lines_to_take=campaign.lines_version,
            liability_expected=responses.get("liability_expected", False),
            letter_issuer_takes_calls=issuer.get("takes_calls", False),
            hand_over=issuer.get("hand_over", ""),
            contacts=responses.get("contacts", ()),
            special_treatments=responses.get("special_treatments", ""),
            volunteered=responses.get("volunteered"),
            helplines=responses.get("helplines", ()),
            analysis_plan_sha256=seal(sealed) if sealed else None,
            approved_by=change.by,
            approved_at=change.at,
        )
    ]


def _rejected(campaign: Campaign, change: Change) -> list[Contract]:
    return [CampaignRejected.model_validate(decision(campaign, change) | {"instead": change.about})]


def _launched(campaign: Campaign, change: Change) -> list[Contract]:
    """A plan that was refused and can be issued now is said once more: dispatcher has not kept it."""
    again = campaign.refused is not None and campaign.refused.plan_version == campaign.plan_version
    launched = CampaignLaunched(**decision(campaign, change), plan_version=campaign.plan_version)
    return [*(_approved(campaign, change) if again else []), launched]


def _resumed(campaign: Campaign, change: Change) -> list[Contract]:
    resumed = CampaignResumed(**by_loop(campaign, change), **change.detail, plan_version=campaign.plan_version)
    return [*_approved(campaign, change), resumed]


def _halted(kind: type[CampaignStopped | CampaignCompleted]) -> "Say":
    return lambda campaign, change: [kind(**decision(campaign, change))]


def _launch(plan: Plan) -> date:
    if plan.launch is None:
        raise ValueError("a plan that was submitted has a launch")
    return plan.launch


Say = Callable[[Campaign, Change], list[Contract]]
_SAY: dict[Step, Say] = {
    Step.SUBMIT: _submitted,
    Step.AMEND: _amended,
    Step.APPROVE: _approved,
    Step.APPROVE_LINES: published,
    Step.REJECT: _rejected,
    Step.ASK_HELP: help_said,
    Step.GIVE_HELP: help_said,
    Step.NOTE_POPULATION: figures_changed,
    Step.LAUNCH: _launched,
    Step.RESUME: _resumed,
    Step.SLOW: slowed,
    Step.PAUSE: paused,
    Step.PROPOSE_REFIT: proposed,
    Step.END_LOOP_TIME: time_ended,
    Step.STOP: _halted(CampaignStopped),
    Step.COMPLETE: _halted(CampaignCompleted),
}
