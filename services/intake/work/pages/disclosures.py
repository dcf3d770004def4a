"""A disclosure on its page: what the customer told, its files, and what the team does about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.intake.access_log import PersonalData
from services.intake.callers import Personal
from services.intake.campaigns.repository import MongoCampaigns
from services.intake.campaigns.teams import teams_for
from services.intake.disclosures.api import INERT, Disclosures, Files, seen_disclosure
from services.intake.disclosures.attachments import Attachments
from services.intake.disclosures.disclosure import BEFORE, Disclosure, State
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.work.labels import DISCLOSURE_STATES, DISCLOSURE_STEPS, KINDS, pounds
from services.intake.work.pages.acting import Acting, acted, came_twice, done
from services.intake.work.repository import MongoNotes
from services.intake.work.typed import Wanted, open_steps
from services.intake.work_list import Note
from shared.clock import Clock, today
from shared.errors import Problem
from shared.values import Identifier
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import title_of

Member = Annotated[Visit, Depends(visiting("disclosures:work"))]
Sent = Annotated[Posted, Depends(posting("disclosures:work"))]
NOTED_AS = {
    "acknowledged": "disclosure.acknowledged",
    "routed": "disclosure.routed",
    "resolved": "disclosure.resolved",
}

router = APIRouter(prefix="/work-list/disclosures")


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of intake that the page uses."""

    look: Look
    disclosures: MongoDisclosures
    campaigns: MongoCampaigns
    files: Attachments
    personal: PersonalData
    acting: Acting
    path: str = "/work-list/disclosures"

    def steps(self, item: Disclosure) -> dict[State, str]:
        return open_steps(DISCLOSURE_STEPS, BEFORE, item.state)

    def came_before(self, item: Disclosure, posted: Posted) -> bool:
        """Returns whether the form has come before; the same person may pass it on once more."""
        step = posted.form.text("step")
        return step != "routed" and came_twice(item.history, posted, step)

    async def note(self, item: Disclosure, note: Note) -> None:
        await self.acting.notes.add("disclosures", item.id, note)

    async def step(self, item: Disclosure, posted: Posted, wanted: Wanted) -> Disclosure:
        step = next(known for known in DISCLOSURE_STEPS if known == wanted.step)
        return await self.disclosures.step(item.id, step, posted.person.subject, self.acting.clock.now(), wanted.team)

    async def again(self, item: Disclosure) -> Disclosure:
        return await self.disclosures.get(item.id)

    async def teams(self, item: Disclosure) -> list[str]:
        """Returns the teams that it can be passed to."""
        known = teams_for((await self.campaigns.known()).get(item.campaign or ""))
        return sorted(known - {item.owner})

    async def shown(
        self, visit: Visit, item: Disclosure, typed: Form | None, status: int = 200, problems: Sequence[Problem] = ()
    ) -> Response:
        words = self.look.words(visit)
        return self.look.page(
            "work/disclosure.html",
            visit,
            status,
            item=item,
            files=await self.files.of(item.id),
            typed=typed,
            errors=error_list(problems, words),
            step_items=radio_items(self.steps(item), words),
            team_items=radio_items({team: title_of(team) for team in await self.teams(item)}, words),
            states=DISCLOSURE_STATES,
            kinds=KINDS,
            pounds=pounds,
            late=item.state != "resolved" and item.due < today(self.acting.clock),
        )


async def the_desk(
    look: TheLook,
    disclosures: Disclosures,
    campaigns: Annotated[MongoCampaigns, Depends(part(MongoCampaigns))],
    files: Files,
    personal: Personal,
    notes: Annotated[MongoNotes, Depends(part(MongoNotes))],
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Desk:
    return Desk(look, disclosures, campaigns, files, personal, Acting(notes, clock))


TheDesk = Annotated[Desk, Depends(the_desk)]


@router.get("/{disclosure}")
async def show(disclosure: Identifier, visit: Member, desk: TheDesk) -> Response:
    """Shows the disclosure, with the form for the next step or a note."""
    item = await seen_disclosure("disclosure.read", disclosure, visit.person, desk.disclosures, desk.personal)
    return await desk.shown(visit, item, await visit.draft())


@router.get("/{disclosure}/files/{attachment}")
async def content(disclosure: Identifier, attachment: Identifier, visit: Member, desk: TheDesk) -> Response:
    """Fetches a file as the customer sent it, to be saved and not shown."""
    await seen_disclosure("attachment.read", disclosure, visit.person, desk.disclosures, desk.personal)
    found = await desk.files.content(disclosure, attachment)
    return Response(found, media_type="application/octet-stream", headers=INERT)


@router.post("/{disclosure}")
async def act(disclosure: Identifier, posted: Sent, desk: TheDesk) -> Response:
    """Takes the step, keeps the note, or both."""
    before = await desk.disclosures.get(disclosure)
    if passed_on_before(before, posted):
        return await done(desk, before, posted)
    noted_as = NOTED_AS.get(posted.form.text("step"), "disclosure.noted")
    item = await seen_disclosure(noted_as, disclosure, posted.person, desk.disclosures, desk.personal)
    return await acted(desk, item, posted)


def passed_on_before(item: Disclosure, posted: Posted) -> bool:
    """Returns whether the same person has just passed it to the same team: then the same form has come twice, and their
    team sees it no more."""
    wanted = (posted.form.text("step"), posted.form.text("team"))
    return wanted == ("routed", item.owner) and came_twice(item.history, posted, "routed")
