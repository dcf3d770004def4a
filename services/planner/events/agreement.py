"""The agreement of a campaign as other services hear of it."""

from datetime import datetime

from services.planner.agreement.gates import Standing
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.readiness import Circumstances, gate_standings, team_sign_offs
from shared.contracts import AgreementChanged
from shared.contracts.agreements import ConditionState, GateState, RefusedPlace, ReviewDue, TeamState


def agreement_events(
    before: Campaign, after: Campaign, circumstances: Circumstances, at: datetime
) -> list[AgreementChanged]:
    """Returns the agreement after a change, if the change altered it; nothing about a draft that nobody has seen."""
    if before.state is State.DRAFT and after.state is State.DRAFT:
        return []
    old, new = (agreement(one, circumstances, at) for one in (before, after))
    same = {"version": new.version, "changed_at": new.changed_at}
    return [] if old.model_copy(update=same) == new else [new]


def agreement(campaign: Campaign, circumstances: Circumstances, at: datetime) -> AgreementChanged:
    gates = gate_standings(campaign, circumstances, at)
    teams = team_sign_offs(campaign, circumstances)
    return AgreementChanged(
        campaign=campaign.reference,
        version=campaign.version,
        plan_version=campaign.plan_version,
        lines_to_take=campaign.lines_version,
        state=campaign.state.value,
        gates=tuple(_gate(each) for each in gates),
        teams=tuple(
            TeamState(team=each.team, needed=each.needed, knows=each.signed_off, why=each.why_void) for each in teams
        ),
        conditions=tuple(condition for each in gates for condition in _conditions(each)),
        reviews=tuple(
            ReviewDue(question=question, review_by=answer.given.review_by)
            for question, answer in sorted(campaign.answers.items())
        ),
        refused=_refused(campaign, circumstances),
        contributors=tuple(sorted(campaign.contributors)),
        changed_at=at,
    )


def _gate(standing: Standing) -> GateState:
    expires_at = standing.approval.expires_at if standing.approval and standing.why_open is None else None
    return GateState(gate=standing.gate.code, why_open=standing.why_open, expires_at=expires_at)


def _conditions(standing: Standing) -> list[ConditionState]:
    if standing.approval is None or standing.why_open is not None:
        return []
    given, met = enumerate(standing.approval.conditions, 1), {each.number for each in standing.approval.met}
    return [
        ConditionState(gate=standing.gate.code, number=number, condition=text, met=number in met)
        for number, text in given
    ]


def _refused(campaign: Campaign, circumstances: Circumstances) -> tuple[RefusedPlace, ...]:
    if campaign.refused is None or not campaign.refused.stands(campaign.plan_version, circumstances.offered):
        return ()
    return tuple(RefusedPlace(field=problem.field, rule=problem.rule) for problem in campaign.refused.problems)
