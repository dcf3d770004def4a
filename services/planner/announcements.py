"""What planner says of a campaign, each event with all that its hearers need."""

from services.planner.campaign import Campaign
from services.planner.forecast import expected_contacts
from services.planner.lifecycle import Step
from services.planner.schedule import waves
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CampaignSubmitted,
    Contract,
    LinesToTakePublished,
)
from shared.contracts.campaigns import Arm
from shared.contracts.lines_to_take import Line

_DECISIONS: dict[Step, type[CampaignPaused | CampaignResumed | CampaignStopped | CampaignCompleted]] = {
    Step.PAUSE: CampaignPaused,
    Step.RESUME: CampaignResumed,
    Step.STOP: CampaignStopped,
    Step.COMPLETE: CampaignCompleted,
}


def announcements(campaign: Campaign) -> list[Contract]:
    """What to say after the latest step of the campaign's history, in order."""
    last = campaign.history[-1]
    if last.step is Step.SUBMIT:
        return [_submitted(campaign)]
    if last.step is Step.APPROVE:
        return [_lines_to_take(campaign), _approved(campaign), _launched(campaign)]
    if last.step in _DECISIONS:
        said = _DECISIONS[last.step]
        return [said(campaign=campaign.reference, reason=last.reason, decided_by=last.by, decided_at=last.at)]
    return []


def _submitted(campaign: Campaign) -> CampaignSubmitted:
    plan, last = campaign.plan, campaign.history[-1]
    return CampaignSubmitted(
        campaign=campaign.reference,
        title=plan.title,
        regime=plan.regime,
        customers=plan.customers,
        launch=plan.launch,
        submitted_by=last.by,
        submitted_at=last.at,
    )


def _approved(campaign: Campaign) -> CampaignApproved:
    plan, last = campaign.plan, campaign.history[-1]
    planned = waves(round(plan.customers * plan.treated_share), plan.launch, plan.daily_limit)
    return CampaignApproved(
        campaign=campaign.reference,
        title=plan.title,
        regime=plan.regime,
        risk=plan.risk,
        reference_kind=plan.reference_kind,
        customers=plan.customers,
        launch=plan.launch,
        respond_by=plan.respond_by,
        arms=tuple(Arm.model_validate(arm.model_dump()) for arm in plan.arms),
        allocation_seed=plan.allocation_seed,
        waves=planned,
        expected_contacts=expected_contacts(planned, plan.contact_rate),
        lines_to_take=campaign.lines_to_take,
        stakeholders=plan.stakeholders,
        approved_by=last.by,
        approved_at=last.at,
    )


def _launched(campaign: Campaign) -> CampaignLaunched:
    last = campaign.history[-1]
    return CampaignLaunched(
        campaign=campaign.reference, reason=last.reason, decided_by=last.by, decided_at=last.at, plan_version=1
    )


def _lines_to_take(campaign: Campaign) -> LinesToTakePublished:
    return LinesToTakePublished(
        campaign=campaign.reference,
        version=campaign.lines_to_take,
        lines=tuple(Line.model_validate(line.model_dump()) for line in campaign.plan.lines_to_take),
        published_at=campaign.history[-1].at,
    )
