"""The assessment over HTTP: its questions and their answers."""

from fastapi import APIRouter, Response

from services.planner.assessment.answer import Answer, Given, assessment_problems
from services.planner.assessment.economics import Economics, economics
from services.planner.assessment.questions import QUESTIONS, Figure
from services.planner.callers import AllCampaigns, Designer, Reader, SeenVersion, tagged
from services.planner.campaign import Campaign, EarlierCampaign
from services.planner.decisions.draft import answer
from shared.clock import LONDON
from shared.values import CampaignReference, Code, Value

router = APIRouter(prefix="/v1/campaigns/{reference}/assessment", tags=["assessment"])


class QuestionAndAnswer(Value):
    """A question and its answer. `why_open` says in words which rule the answer breaks; None while it holds."""

    question: Code
    asks: str
    needs: tuple[Figure, ...]
    answer: Answer | None
    why_open: str | None


class Assessment(Value):
    complete: bool
    questions: tuple[QuestionAndAnswer, ...]
    economics: Economics | None
    earlier: EarlierCampaign | None


@router.get("")
async def read(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> Assessment:
    """Returns every question with its latest answer, and why it is open, if it is. The history has earlier answers."""
    campaign, _, now = await campaigns.with_circumstances(reference)
    problems = {p.field: p.message for p in assessment_problems(campaign.answers, now.at.astimezone(LONDON).date())}
    questions = tuple(
        QuestionAndAnswer(
            question=code,
            asks=question.asks,
            needs=question.needs,
            answer=campaign.answers.get(code),
            why_open=problems.get(f"assessment.{code}"),
        )
        for code, question in QUESTIONS.items()
    )
    return Assessment(
        complete=not problems, questions=questions, economics=economics(campaign.answers), earlier=campaign.earlier
    )


@router.put("/{question}")
async def give(
    reference: CampaignReference,
    question: Code,
    given: Given,
    caller: Designer,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Answers a question, for the first time or again."""
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, circumstances: answer(c, question, given, act, circumstances)
    )
    return tagged(changed, response)
