"""One question of the assessment on a page of its own."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.approving.brief import changed_facts
from services.planner.assessment.answer import Given
from services.planner.assessment.progress import ORDER, answer_facts, before, next_open
from services.planner.assessment.questions import QUESTIONS, Figure, Question
from services.planner.assessment.typed_answer import LABELS, TypedAnswer
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.draft import answer
from services.planner.lifecycle import ENDED
from services.planner.readiness import Circumstances
from shared.clock import Clock, today
from shared.errors import Conflict, NotFound, Permanent, Problem
from shared.values import CampaignReference, Code
from shared.web.dependencies import part
from shared.web.site.forms import Form, day_fields
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import sentence

ANSWERED = "Somebody answered this question since you opened it. Look at what they wrote, then save yours or theirs"
Designer = Annotated[Visit, Depends(visiting("campaigns:write"))]
Sent = Annotated[Posted, Depends(posting("campaigns:write"))]
TheClock = Annotated[Clock, Depends(part(Clock))]

router = APIRouter(prefix="/campaigns/{reference}/assessment")


class AnsweredMeanwhile(Conflict):
    """The answer is not the one that the person saw."""


@router.get("")
async def begin(reference: CampaignReference, _visit: Designer, campaigns: AllCampaigns, clock: TheClock) -> Response:
    """Leads to the first question that is open, or to all answers."""
    campaign = await campaigns.get(reference)
    return _to(_after(campaign, next_open(campaign.answers, today(clock))))


@router.get("/{question}")
async def show(
    reference: CampaignReference, question: Code, visit: Designer, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Shows a question with its present answer."""
    campaign, asked = await campaigns.get(reference), _asked(question)
    draft = await visit.draft()
    typed = draft or _as_typed(campaign, question)
    return _shown(look, visit, campaign, asked, typed, kept=draft is not None)


@router.post("/{question}")
async def give(
    reference: CampaignReference,
    question: Code,
    posted: Sent,
    campaigns: AllCampaigns,
    look: TheLook,
    clock: TheClock,
) -> Response:
    """Keeps the answer, if the present one is what the person saw, and leads to the next open question."""
    asked, campaign = _asked(question), await campaigns.get(reference)
    present = campaign.answers.get(question)
    given, problems = _typed(posted.form).given(asked, present.given if present else None, today(clock))
    if given is not None:
        try:
            campaign = await _answer(campaigns, reference, question, given, posted)
        except AnsweredMeanwhile:
            return await _stale(campaigns, reference, asked, posted, look)
        except Permanent as error:
            problems = [Problem("", "refused", sentence(error.message))]
    if problems:
        return _shown(look, posted.visit, campaign, asked, posted.form, 422, problems)
    await posted.visit.forget_draft(posted.form.page)
    return _to(_after(campaign, next_open(campaign.answers, today(clock), question)))


async def _answer(campaigns: AllCampaigns, reference: str, question: str, given: Given, posted: Posted) -> Campaign:
    person, seen = posted.person.subject, posted.form.text("mark")

    def decide(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
        now = campaign.answers.get(question)
        if now is not None and (now.given, now.by) == (given, person) and now.earlier is None:
            return campaign  # the same form has come twice
        if seen != _mark(campaign, question):
            raise AnsweredMeanwhile("the answer has changed")
        return answer(campaign, question, given, act, circumstances)

    return await campaigns.change(reference, None, person, decide)


async def _stale(campaigns: AllCampaigns, reference: str, asked: Question, posted: Posted, look: Look) -> Response:
    campaign = await campaigns.get(reference)
    different = changed_facts(posted.form.seen, answer_facts(campaign.answers.get(asked.code)))
    problem = Problem("", "stale", ANSWERED)
    return _shown(look, posted.visit, campaign, asked, posted.form, 409, [problem], different=different)


def _asked(question: str) -> Question:
    if question not in QUESTIONS:
        raise NotFound("there is no such question")
    return QUESTIONS[question]


def _mark(campaign: Campaign, question: str) -> str:
    """Returns what tells one answer to a question from another: its time and author."""
    present = campaign.answers.get(question)
    return f"{present.at.isoformat()} {present.by}" if present else ""


def _after(campaign: Campaign, question: str | None) -> str:
    return f"/campaigns/{campaign.reference}/" + (f"assessment/{question}" if question else "check")


def _to(path: str) -> Response:
    return RedirectResponse(path, HTTP_303_SEE_OTHER)


def _typed(form: Form) -> TypedAnswer:
    return TypedAnswer(
        text=form.text("text"),
        review_by=form.day("review_by"),
        evidence=form.lines("evidence"),
        deadlines=form.lines("deadlines"),
        figures={figure: form.text(figure.value) for figure in Figure},
    )


def _as_typed(campaign: Campaign, question: str) -> Form | None:
    """Returns the present answer as a form that holds it."""
    present = campaign.answers.get(question)
    if present is None:
        return None
    given = present.given
    fields = {"text": [given.text], "evidence": ["\n".join(given.evidence)]} | day_fields("review_by", given.review_by)
    fields["deadlines"] = ["\n".join(day.isoformat() for day in given.deadlines)]
    for figure in QUESTIONS[question].needs:
        value = getattr(given, figure.value)
        if figure is not Figure.DEADLINES and value is not None:
            fields[figure.value] = [f"{value:,.6f}".rstrip("0").rstrip(".")]
    return Form(fields)


def _shown(
    look: Look,
    visit: Visit,
    campaign: Campaign,
    asked: Question,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    present = campaign.answers.get(asked.code)
    again = typed if typed and "mark" in typed.fields and "different" not in shown else None
    values = {
        "campaign": campaign,
        "question": asked,
        "place": ORDER.index(asked.code) + 1,
        "questions": len(ORDER),
        "before": before(asked.code),
        "labels": LABELS,
        "present": present,
        "typed": typed,
        "mark": again.text("mark") if again else _mark(campaign, asked.code),
        "seen": again.text("seen") if again else json.dumps(answer_facts(present)),
        "errors": error_list(problems, look.words(visit)),
        "open": campaign.state not in ENDED,
    }
    return look.page("assessment/question.html", visit, status, **(values | shown))
