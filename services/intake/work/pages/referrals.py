"""A referral on its page: the customer's call, what the team needs to know, and what it does about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.intake.access_log import PersonalData
from services.intake.callers import Personal
from services.intake.contacts.api.visibility import AuditedContacts, Referrals, Seen
from services.intake.contacts.contact import Contact
from services.intake.referrals.api import seen_referral
from services.intake.referrals.referral import BEFORE, ReferralStep, State, WorkItem
from services.intake.referrals.repository import MongoReferrals
from services.intake.work.labels import REFERRAL_STATES, REFERRAL_STEPS, WHYS, pounds
from services.intake.work.pages.acting import Acting, acted, came_twice
from services.intake.work.repository import MongoNotes
from services.intake.work.typed import Wanted, open_steps
from services.intake.work_list import Note
from shared.clock import Clock
from shared.errors import NotFound, Problem
from shared.values import Identifier
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting, visiting

Member = Annotated[Visit, Depends(visiting("referrals:work"))]
Sent = Annotated[Posted, Depends(posting("referrals:work"))]
NOTED_AS = {"accepted": "referral.accepted", "returned": "referral.returned", "closed": "referral.closed"}

router = APIRouter(prefix="/work-list/referrals")


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of intake that the page uses."""

    look: Look
    referrals: MongoReferrals
    contacts: AuditedContacts
    personal: PersonalData
    acting: Acting
    path: str = "/work-list/referrals"

    def steps(self, item: WorkItem) -> dict[State, str]:
        return open_steps(REFERRAL_STEPS, BEFORE, item.state)

    async def teams(self, item: WorkItem) -> list[str]:
        """Returns none: a referral is given back, not passed on."""
        return []

    def came_before(self, item: WorkItem, posted: Posted) -> bool:
        return came_twice(item.history, posted, posted.form.text("step"))

    async def note(self, item: WorkItem, note: Note) -> None:
        await self.acting.notes.add("referrals", item.id, note)

    async def step(self, item: WorkItem, posted: Posted, wanted: Wanted) -> WorkItem:
        fields = {"state": wanted.step, "by": posted.person.subject, "at": self.acting.clock.now(), "why": wanted.why}
        return await self.referrals.step(item.id, ReferralStep.model_validate(fields))

    async def again(self, item: WorkItem) -> WorkItem:
        return await self.referrals.get(item.id)

    async def shown(
        self, visit: Visit, item: WorkItem, typed: Form | None, status: int = 200, problems: Sequence[Problem] = ()
    ) -> Response:
        words = self.look.words(visit)
        return self.look.page(
            "work/referral.html",
            visit,
            status,
            item=item,
            contact=await self._contact(visit, item),
            typed=typed,
            errors=error_list(problems, words),
            step_items=radio_items(self.steps(item), words),
            why_items=radio_items(WHYS, words),
            states=REFERRAL_STATES,
            pounds=pounds,
            whys=WHYS,
        )

    async def _contact(self, visit: Visit, item: WorkItem) -> Contact | None:
        """Returns the contact, where the team may still read it."""
        try:
            return await self.contacts.to_read(visit.person, "contact.read", item.contact)
        except NotFound:
            return None


async def the_desk(
    look: TheLook,
    referrals: Referrals,
    contacts: Seen,
    personal: Personal,
    notes: Annotated[MongoNotes, Depends(part(MongoNotes))],
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Desk:
    return Desk(look, referrals, contacts, personal, Acting(notes, clock))


TheDesk = Annotated[Desk, Depends(the_desk)]


@router.get("/{referral}")
async def show(referral: Identifier, visit: Member, desk: TheDesk) -> Response:
    """Shows the referral, with the form for the next step or a note."""
    item = await seen_referral("referral.read", referral, visit.person, desk.referrals, desk.personal)
    return await desk.shown(visit, item, await visit.draft())


@router.post("/{referral}")
async def act(referral: Identifier, posted: Sent, desk: TheDesk) -> Response:
    """Takes the step, keeps the note, or both."""
    noted_as = NOTED_AS.get(posted.form.text("step"), "referral.noted")
    item = await seen_referral(noted_as, referral, posted.person, desk.referrals, desk.personal)
    return await acted(desk, item, posted)
