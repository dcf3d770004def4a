"""The brief of a gate, and the decision about it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.agreement.gates import Standing
from services.planner.approving.brief import changed_facts, facts
from services.planner.approving.decision import CHOICES, decision_problems, gate_decision
from services.planner.approving.pages.waiting import Reader
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.approve import expect_gate, pass_gate, send_back
from services.planner.lifecycle import State, Step
from services.planner.ports import Entry
from services.planner.readiness import gate_standings
from shared.errors import Conflict, Forbidden, Invalid, Problem, Stale
from shared.values import CampaignReference, Code
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting
from shared.wording import sentence, title_of

MOST_CHANGES = 20
CHANGED = "Somebody changed this campaign since you opened it. Look at what is different, then decide again"
Sent = Annotated[Posted, Depends(posting("campaigns:read", "campaigns:approve"))]

router = APIRouter(prefix="/waiting/{reference}/{gate}")


@dataclass(frozen=True, slots=True)
class Brief:
    """A gate of a campaign as it stands, and what has been done to the campaign."""

    campaign: Campaign
    standing: Standing
    history: Sequence[Entry]

    @property
    def since(self) -> list[Entry]:
        """The changes since the gate was passed last, the newest first; all of them before it ever was."""
        passed = self.standing.approval
        return [entry for entry in reversed(self.history) if passed is None or entry.at > passed.at][:MOST_CHANGES]

    def decided_by(self, person: str) -> bool:
        """Returns whether the person has just decided about it: then the same form has come twice."""
        approval, last = self.standing.approval, self.history[-1] if self.history else None
        if approval is not None and approval.by == person and self.standing.why_open is None:
            return True
        sent_back = last is not None and (last.step, last.by) == (Step.SEND_BACK, person)
        return self.campaign.state is State.DRAFT and sent_back


@router.get("")
async def show(
    reference: CampaignReference, gate: Code, visit: Reader, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Shows the campaign on one page, with the form for the decision."""
    brief = await _brief(campaigns, reference, gate)
    draft = await visit.draft()
    return _shown(look, visit, brief, draft, kept=draft is not None)


@router.post("")
async def decide(
    reference: CampaignReference, gate: Code, posted: Sent, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Keeps the decision about the version that the person has seen."""
    form, person = posted.form, posted.person
    person.expect(f"gates:{gate}")
    problems = decision_problems(form.text("decision"), form.text("reason"), form.lines("conditions"))
    if not problems:
        try:
            await _decide(campaigns, reference, gate, posted)
        except Stale:
            return await _stale(campaigns, reference, gate, posted, look)
        except (Conflict, Forbidden, Invalid) as error:
            problems = [Problem("", "refused", sentence(error.message))]
    if problems:
        return _shown(look, posted.visit, await _brief(campaigns, reference, gate), form, 422, problems)
    return await _done(posted, reference)


async def _decide(campaigns: AllCampaigns, reference: str, gate: str, posted: Posted) -> None:
    form, reason = posted.form, posted.form.text("reason")
    decision = gate_decision(form.text("decision"), reason, form.lines("conditions"))
    await campaigns.change(
        reference,
        form.version,
        posted.person.subject,
        lambda c, act, circumstances: (
            pass_gate(c, gate, decision, act, circumstances) if decision else send_back(c, gate, act, circumstances)
        ),
        reason,
    )


async def _stale(campaigns: AllCampaigns, reference: str, gate: str, posted: Posted, look: Look) -> Response:
    """Returns the way on for a form that came twice; else the page as it is now beside what the person saw."""
    brief = await _brief(campaigns, reference, gate)
    if brief.decided_by(posted.person.subject):
        return await _done(posted, reference)
    different = changed_facts(posted.form.seen, facts(brief.campaign))
    problem = Problem("", "stale", CHANGED)
    return _shown(look, posted.visit, brief, posted.form, 409, [problem], different=different, stale=True)


async def _done(posted: Posted, reference: str) -> Response:
    await posted.visit.forget_draft(posted.form.page)
    return RedirectResponse(f"/waiting?done={reference}", HTTP_303_SEE_OTHER)


async def _brief(campaigns: AllCampaigns, reference: str, gate: str) -> Brief:
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    standing = expect_gate(gate_standings(campaign, circumstances, now.at), gate)
    return Brief(campaign, standing, await campaigns.history(reference))


def _shown(
    look: Look,
    visit: Visit,
    brief: Brief,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    words = look.words(visit)
    may = f"gates:{brief.standing.gate.code}" in visit.person.scopes
    values = {
        "brief": brief,
        "gate_name": title_of(brief.standing.gate.code),
        "facts": facts(brief.campaign),
        "seen": json.dumps(facts(brief.campaign)),
        "typed": typed,
        "errors": error_list(problems, words),
        "choices": radio_items(CHOICES, words),
        "own": visit.person.subject in brief.campaign.contributors,
        "open": brief.standing.why_open is not None and brief.campaign.state in (State.SUBMITTED, State.APPROVED),
        "may": may,
    }
    return look.page("approving/brief.html", visit, status, **(values | shown))
