"""A campaign's trial over HTTP: its plan and seals, what it can show, its results, and their publication."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.planner.callers import AllCampaigns, Analyst, Reader
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.kept_trial import KeptTrial
from services.planner.evaluation.data.units import NOBODY
from services.planner.evaluation.design import Design, design
from services.planner.evaluation.ports import EvaluationRepository, PublishedEvaluation
from services.planner.evaluation.provenance import Provenance
from services.planner.evaluation.report.design_words import design_words
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import seal
from services.planner.trial_results import Question, TrialResults, is_sealed, planned
from shared.contracts import EvaluationPublished
from shared.idempotency import identified
from shared.values import CampaignReference, Count, Number, Sha256, Value
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Results = Annotated[TrialResults, Depends(part(TrialResults))]
Evaluations = Annotated[EvaluationRepository, Depends(part(EvaluationRepository))]
ZIP = "application/zip"

router = APIRouter(prefix="/v1/campaigns/{reference}/trial", tags=["trial"])


class TrialData(Value):
    """Counts of a trial's customers, without any effect. `complete_on` is the day on which all that were dealt with
    have reached the primary horizon."""

    allocated: Count
    dealt_with: Count
    sent: Count
    outcomes: Count
    complete_on: date


class TrialStatus(Value):
    """The trial by the campaign's plan as it is now. `plan` is what `seal` was taken of; `sealed` where the newest
    approval said that seal. `record` has all seals, early looks and the decision at the close. `design` is what the
    trial can show, and `says` the same in words."""

    plan: TrialPlan
    seal: Sha256
    sealed: bool
    plan_version: Number
    design: Design
    says: tuple[str, ...]
    data: TrialData | None
    record: Provenance
    published: tuple[EvaluationPublished, ...]


class Analysed(Value):
    """The plan and the result by it. `stands` is false where a check fails: then no effect means anything."""

    plan: TrialPlan
    stands: bool
    result: Evaluation


@router.get("")
async def read(
    reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, results: Results, evaluations: Evaluations
) -> TrialStatus:
    """Returns the trial's plan, its seals, what it can show and what is known of it. 404 where the campaign plans no
    analysis."""
    campaign = await campaigns.get(reference)
    plan = planned(campaign)
    found = design(plan)
    kept, record = await results.kept(campaign, plan)
    return TrialStatus(
        plan=plan,
        seal=seal(plan),
        sealed=is_sealed(campaign, plan),
        plan_version=campaign.plan_version,
        design=found,
        says=tuple(design_words(plan, found)),
        data=counts_of(kept, plan) if kept else None,
        record=record,
        published=await evaluations.publications(reference),
    )


@router.post("/analysis")
async def analyse(reference: CampaignReference, body: Question, caller: Analyst, results: Results) -> Analysed:
    """Analyses the trial as it was planned, from what has come in by today. A look before every customer has reached
    the primary horizon is noted for ever, with who took it and when, and stands in every later report."""
    plan, result = await results.analysed(reference, caller.subject, body)
    return Analysed(plan=plan, stands=result.stands, result=result)


@router.post(
    "/export",
    response_class=Response,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export(reference: CampaignReference, body: Question, caller: Analyst, results: Results) -> Response:
    """Returns the trial's data, plan, seal, result and report in one archive; `otm trial analyse` gives the same
    numbers from it anywhere. An early look is noted as by an analysis."""
    packed = await results.exported(reference, caller.subject, body)
    headers = {"Content-Disposition": f'attachment; filename="{reference}-trial.zip"'}
    return Response(packed, media_type=ZIP, headers=headers)


@router.post("/publication", status_code=201)
async def publish(
    reference: CampaignReference,
    body: Question,
    caller: Analyst,
    results: Results,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> PublishedEvaluation:
    """Publishes the result: analysts and the author are told. Refused while customers have not reached the primary
    horizon, except at a planned look."""
    request = identified(caller, f"publish-{reference}", idempotency_key, body, digest)
    return await results.published(reference, caller.subject, body, request)


def counts_of(kept: KeptTrial, plan: TrialPlan) -> TrialData:
    """Returns what is known of the trial's customers, without any effect."""
    units = kept.units
    return TrialData(
        allocated=kept.allocated,
        dealt_with=len(units),
        sent=int((units.sent != NOBODY).sum()),
        outcomes=int(kept.log.unit.size),
        complete_on=EPOCH + timedelta(days=int(units.started.max()) + plan.primary.horizon),
    )
