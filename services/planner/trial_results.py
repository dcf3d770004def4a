"""Results of a campaign's trial from what planner keeps: analysed, exported, published; and early looks noted."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.kept_trial import KeptTrial, kept_trial
from services.planner.evaluation.data.outcome_log import measure, with_repeats
from services.planner.evaluation.ports import EvaluationRepository, PublishedEvaluation, UnitRepository
from services.planner.evaluation.provenance import Peek, Provenance
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import seal
from services.planner.lifecycle import ENDED
from services.planner.plan.sealed_plan import sealed_plan
from services.planner.progress.ports import ProgressRepository
from shared.clock import Clock, today
from shared.contracts import EvaluationPublished
from shared.errors import Conflict, NotFound, Problem
from shared.idempotency import Request
from shared.values import Number, OfficialText, Value

if TYPE_CHECKING:
    from services.planner.evaluation.analysis import Trial


class ExcludedDay(Value):
    """A mailing day whose letters were wrong: its customers count in no arm, and the report says why."""

    on: date
    why: Annotated[OfficialText, Field(min_length=3, max_length=500)]


class Question(Value):
    """The analysis wanted: at a planned look, from 1, or else at the end; and days to leave out."""

    look: Number | None = None
    excluded: Annotated[tuple[ExcludedDay, ...], Field(max_length=100)] = ()


class TrialResults:
    """The statistics are loaded when they are first asked for: they would double the time in which planner starts."""

    def __init__(
        self,
        campaigns: Campaigns,
        progress: ProgressRepository,
        units: UnitRepository,
        evaluations: EvaluationRepository,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._progress = progress
        self._units = units
        self._evaluations = evaluations
        self._clock = clock

    async def analysed(self, reference: str, by: str, question: Question) -> tuple[TrialPlan, Evaluation]:
        """Raises `NotFound` where no trial is planned or nothing is known of it, `Invalid` where its data make none."""
        from services.planner.evaluation.analysis import evaluate

        _, trial = await self._looked_at(reference, by, question)
        return trial.plan, await asyncio.to_thread(evaluate, trial, question.look)

    async def exported(self, reference: str, by: str, question: Question) -> bytes:
        from services.planner.evaluation.files.export import exported

        _, trial = await self._looked_at(reference, by, question)
        return await asyncio.to_thread(exported, trial, question.look)

    async def published(self, reference: str, by: str, question: Question, request: Request) -> PublishedEvaluation:
        """Says the result to everybody, once for each request. Raises `Conflict` for an early look that was not
        planned."""
        from services.planner.evaluation.analysis import evaluate, expect_analysable, is_peek

        if done := await self._evaluations.published(request):
            return done
        campaign, trial = await self._trial(reference, question)
        expect_analysable(trial, question.look)
        if is_peek(trial) and question.look is None:
            horizon = trial.plan.primary.horizon
            says = f"wait until everybody has had {horizon} days, or name the planned look"
            raise Conflict("not every customer has reached the primary horizon", Problem("look", "horizon", says))
        result = await asyncio.to_thread(evaluate, trial, question.look)
        said = _announcement(campaign, trial, result, request, by, self._clock.now())
        return await self._evaluations.publish(request, PublishedEvaluation(said=said, result=result))

    async def kept(self, campaign: Campaign, plan: TrialPlan) -> tuple[KeptTrial | None, Provenance]:
        """Returns what is known of the trial's customers, None before any was dealt with."""
        kept = await self._units.kept(campaign.reference)
        try:
            found = await asyncio.to_thread(kept_trial, kept, plan)
        except NotFound:
            found = None
        return found, await self._provenance(campaign, found)

    async def _looked_at(self, reference: str, by: str, question: Question) -> tuple[Campaign, "Trial"]:
        """The trial, once it is noted who looks at it early."""
        from services.planner.evaluation.analysis import expect_analysable, is_peek

        campaign, trial = await self._trial(reference, question)
        expect_analysable(trial, question.look)
        if is_peek(trial):
            peek = Peek(by=by, at=self._clock.now(), as_of=trial.as_of, look=question.look)
            await self._evaluations.peeked(reference, peek)
            known = trial.provenance.model_copy(update={"peeks": await self._evaluations.peeks(reference)})
            trial = replace(trial, provenance=known)
        return campaign, trial

    async def _trial(self, reference: str, question: Question) -> tuple[Campaign, "Trial"]:
        from services.planner.evaluation.analysis import Trial

        campaign = await self._campaigns.get(reference)
        plan = planned(campaign)
        kept = await asyncio.to_thread(kept_trial, await self._units.kept(reference), plan)
        measured, left = measure(kept.log, kept.units, plan)
        left = with_repeats(left, kept.left_out.repeated, kept.left_out.unknown)
        trial = Trial(
            plan=plan,
            units=measured,
            as_of=today(self._clock),
            log=kept.log,
            left_out=left,
            excluded={day.on: day.why for day in question.excluded},
            contacts=await self._contacts(reference, plan),
            sealed=campaign.seals[-1].seal if campaign.seals else None,
            provenance=await self._provenance(campaign, kept),
        )
        return campaign, trial

    async def _contacts(self, reference: str, plan: TrialPlan) -> Mapping[str, int]:
        counts = [each for each in await self._progress.responses(reference) if each.kind == "contact"]
        return {code: sum(each.count for each in counts if each.arm == code) for code in plan.codes} if counts else {}

    async def _provenance(self, campaign: Campaign, kept: KeptTrial | None) -> Provenance:
        loaded = (await self._progress.progress(campaign.reference)).get("population", {})
        allocated, waiting = (kept.allocated, kept.waiting) if kept else (0, 0)
        ended = campaign.state in ENDED
        return Provenance(
            seals=campaign.seals,
            peeks=await self._evaluations.peeks(campaign.reference),
            decision=campaign.decision,
            waiting=0 if ended else waiting,
            never=waiting if ended else 0,
            missing=max(0, loaded.get("eligible", 0) - allocated),
        )


def _announcement(
    campaign: Campaign, trial: "Trial", result: Evaluation, request: Request, by: str, at: datetime
) -> EvaluationPublished:
    return EvaluationPublished(
        campaign=campaign.reference,
        evaluation=request.id,
        title=trial.plan.title,
        author=campaign.author,
        as_of=result.as_of,
        stands=result.stands,
        conclusion=result.conclusion,
        seal=result.seal,
        new_plan=trial.provenance.changed(result.seal),
        published_by=by,
        published_at=at,
    )


def planned(campaign: Campaign) -> TrialPlan:
    """Returns what the campaign's seal is taken of. Raises `NotFound` where it plans no analysis."""
    plan = sealed_plan(campaign.plan, campaign.reference)
    if plan is None:
        raise NotFound(f"{campaign.reference} plans no analysis of a trial: give its plan an `analysis`")
    return plan


def is_sealed(campaign: Campaign, plan: TrialPlan) -> bool:
    """Returns whether the plan as it is now was said in an approval."""
    return bool(campaign.seals) and campaign.seals[-1].seal == seal(plan)
