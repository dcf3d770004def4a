"""All answers and the plan on one page, to be checked before approval is asked for."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.approving.brief import changed_facts, facts
from services.planner.assessment.answer import assessment_problems
from services.planner.assessment.economics import economics
from services.planner.assessment.pages.question import Sent
from services.planner.assessment.progress import answer_facts
from services.planner.assessment.questions import QUESTIONS
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.approve import submit
from services.planner.lifecycle import ENDED, State, Step
from services.planner.readiness import submission_problems
from services.planner.writing.standing import owner_of
from shared.clock import LONDON
from shared.errors import Conflict, Invalid, Problem, Stale
from shared.values import CampaignReference
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Visit, visiting
from shared.wording import field_words, sentence

CHANGED = "Somebody changed this campaign since you opened it. Look at what is different, then ask again"
OPEN = "Approval cannot be asked for yet. What is still open is listed here and on the page"
Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:write", "campaigns:approve"))]

router = APIRouter(prefix="/campaigns/{reference}/check")


@router.get("")
async def show(reference: CampaignReference, visit: Reader, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows every answer and the plan, what is open, and the button that asks for approval."""
    return await _shown(look, visit, campaigns, reference)


@router.post("")
async def ask(reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Asks for approval of what the person has seen."""
    form, person = posted.form, posted.person.subject
    try:
        await campaigns.change(reference, form.version, person, submit)
    except (Stale, Conflict):
        campaign = await campaigns.get(reference)
        if await _asked_by(campaigns, campaign, person):
            return _to_tasks(reference)
        different = changed_facts(form.seen, _facts(campaign))
        return await _shown(
            look,
            posted.visit,
            campaigns,
            reference,
            409,
            [Problem("", "stale", CHANGED)],
            different=different,
            stale=True,
        )
    except Invalid as error:
        problems = [Problem("open", "open", OPEN), *(_at_its_place(problem) for problem in error.problems)]
        return await _shown(look, posted.visit, campaigns, reference, 422, problems)
    return _to_tasks(reference)


async def _asked_by(campaigns: AllCampaigns, campaign: Campaign, person: str) -> bool:
    """Returns whether the person has just asked for approval: then the same form has come twice."""
    last = (await campaigns.history(campaign.reference))[-1]
    return campaign.state is not State.DRAFT and (last.step, last.by) == (Step.SUBMIT, person)


def _at_its_place(problem: Problem) -> Problem:
    """Returns a problem with the place on the page that it leads to: a question, or the list of what is open."""
    question = problem.field.removeprefix("assessment.")
    if question in QUESTIONS and question != problem.field:
        return Problem(f"question-{question}", problem.rule, f"{QUESTIONS[question].asks}: {problem.message}")
    return Problem("open", problem.rule, f"{sentence(field_words(problem.field))}: {problem.message}")


def _to_tasks(reference: str) -> Response:
    return RedirectResponse(f"/campaigns/{reference}", HTTP_303_SEE_OTHER)


def _facts(campaign: Campaign) -> dict[str, str]:
    """Returns the facts of the plan, and when each question was answered by whom."""
    answers = {
        question.asks: f"{given.by}, {given.at:%d %B %Y %H:%M:%S}" if given else "Not answered"
        for code, question in QUESTIONS.items()
        for given in [campaign.answers.get(code)]
    }
    return facts(campaign) | answers


async def _shown(
    look: Look,
    visit: Visit,
    campaigns: AllCampaigns,
    reference: str,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    still = {p.field: p.message for p in assessment_problems(campaign.answers, now.at.astimezone(LONDON).date())}
    open_ = submission_problems(campaign, circumstances, now.at) if campaign.state is State.DRAFT else []
    values = {
        "campaign": campaign,
        "answers": [
            (question, answer_facts(campaign.answers.get(code)), still.get(f"assessment.{code}"))
            for code, question in QUESTIONS.items()
        ],
        "economics": economics(campaign.answers),
        "facts": facts(campaign),
        "open": [(problem, owner_of(problem)) for problem in open_ if problem.field not in still],
        "unanswered": len(still),
        "seen": json.dumps(_facts(campaign)),
        "errors": error_list(problems, look.words(visit)),
        "may": "campaigns:write" in visit.person.scopes and campaign.state not in ENDED,
        "draft": campaign.state is State.DRAFT,
    }
    return look.page("assessment/check.html", visit, status, **(values | shown))
