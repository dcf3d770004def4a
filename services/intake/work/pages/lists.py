"""The work list of a team: its disclosures, those due first at the top, and its referrals, the oldest first."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.responses import Response

from services.intake.callers import Personal, team_of
from services.intake.contacts.api.visibility import Referrals
from services.intake.disclosures.api import Disclosures
from services.intake.disclosures.disclosure import Disclosure
from services.intake.referrals.referral import WorkItem
from services.intake.work.labels import DISCLOSURE_STATES, KINDS, REFERRAL_STATES
from shared import paging
from shared.clock import Clock, today
from shared.paging import Page
from shared.values import Value
from shared.web.dependencies import part
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting
from shared.wording import title_of

ON_A_PAGE = 25
Member = Annotated[Visit, Depends(visiting("disclosures:work", "referrals:work"))]
After = Annotated[str | None, Field(max_length=200)]

router = APIRouter(prefix="/work-list")


class Asked(Value):
    """Choice of a list's reader. `done` is what they have just done, `…_after` where the page before ended."""

    show: Literal["open", "finished"] = "open"
    disclosures_after: After = None
    referrals_after: After = None
    done: Literal["passed-on", "given-back", "finished"] | None = None


@router.get("")
async def work(
    visit: Member,
    look: TheLook,
    disclosures: Disclosures,
    referrals: Referrals,
    personal: Personal,
    clock: Annotated[Clock, Depends(part(Clock))],
    asked: Annotated[Asked, Query()],
) -> Response:
    """Shows what the person's team has to do, or what it has finished."""
    person, team = visit.person, team_of(visit.person)
    told: Page[Disclosure] | None = None
    passed: Page[WorkItem] | None = None
    if "disclosures:work" in person.scopes:
        of_team = partial(disclosures.listed, team, "resolved" if asked.show == "finished" else None)
        told = await personal.page(person, "disclosures.listed", _page(asked.disclosures_after), of_team)
    if "referrals:work" in person.scopes:
        to_team = partial(referrals.work, team, "closed" if asked.show == "finished" else None)
        passed = await personal.page(person, "referrals.listed", _page(asked.referrals_after), to_team)
    return look.page(
        "work/work.html",
        visit,
        team=title_of(team) if team else "",
        disclosures=told,
        referrals=passed,
        show=asked.show,
        done=asked.done,
        today=today(clock),
        kinds=KINDS,
        disclosure_states=DISCLOSURE_STATES,
        referral_states=REFERRAL_STATES,
    )


def _page(after: str | None) -> paging.Asked:
    return paging.Asked(after=after, limit=ON_A_PAGE)
