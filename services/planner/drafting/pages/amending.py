"""A plan changed on a page: saved if the campaign is what the person saw, refused in words otherwise."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from services.planner.approving.brief import ChangedFact, changed_facts, facts
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.draft import amend
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from shared.errors import Conflict, Invalid, Problem, Stale
from shared.values import LONGEST_TEXT
from shared.web.site.visitors import Posted
from shared.wording import field_words, sentence

CHANGED = "Somebody changed this campaign since you opened it. Look at what is different, then save again"


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that was not saved. `different` is what somebody else changed meanwhile; None where nobody did."""

    status: int
    problems: Sequence[Problem]
    different: Sequence[ChangedFact] | None = None


def seen_facts(campaign: Campaign) -> str:
    """Returns the facts that a form is shown with, for its field `seen`."""
    return json.dumps(facts(campaign))


async def save_plan(campaigns: AllCampaigns, campaign: Campaign, posted: Posted, plan: Plan) -> Refused | None:
    """Saves the plan under the version and the reason in the form; the same form twice is saved once."""
    form, reason = posted.form, posted.form.text("reason")
    if problems := reason_problems(campaign, reason):
        return Refused(422, problems)
    try:
        await campaigns.change(
            campaign.reference,
            form.version,
            posted.person.subject,
            lambda c, act, circumstances: amend(c, plan, act, circumstances),
            reason,
        )
    except Stale:
        now = await campaigns.get(campaign.reference)
        if now.plan != plan:
            return Refused(409, [Problem("", "stale", CHANGED)], changed_facts(form.seen, facts(now)))
    except (Conflict, Invalid) as error:
        further = [Problem("", p.rule, sentence(f"{field_words(p.field)}: {p.message}")) for p in error.problems]
        return Refused(422, [Problem("", "refused", sentence(error.message)), *further])
    await posted.visit.forget_draft(form.page)
    return None


def reason_problems(campaign: Campaign, reason: str) -> list[Problem]:
    """Returns what is wrong with the reason for a change of the plan."""
    if campaign.state is not State.DRAFT and not reason:
        return [Problem("reason", "required", "Enter the reason for the change: approval was asked for already")]
    if len(reason) > LONGEST_TEXT:
        return [Problem("reason", "too-long", f"Shorten the reason to {LONGEST_TEXT:,} characters")]
    return []
