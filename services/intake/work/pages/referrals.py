"""A referral on its page: the customer's call, what the team needs to know, and what it does about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.intake.access_log import PersonalData
from services.intake.callers import Personal
from services.intake.contacts.api.visibility import AuditedContacts, Referrals, Seen
from services.intake.contacts.contact import Contact
from services.intake.referrals.api import seen_referral
from services.intake.referrals.referral import BEFORE, ReferralStep, WorkItem
from services.intake.referrals.repository import MongoReferrals
from services.intake.work.labels import REFERRAL_STATES, REFERRAL_STEPS, WHYS, pounds
from services.intake.work.pages.acting import Acting, came_twice, changed_meanwhile, seen_steps
from services.intake.work.repository import MongoNotes
from services.intake.work.typed import Wanted, open_steps, read_wanted
from shared.clock import Clock
from shared.errors import Conflict, NotFound, Problem
from shared.values import Identifier
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import sentence

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

    async def shown(
        self, visit: Visit, item: WorkItem, typed: Form | None, status: int = 200, problems: Sequence[Problem] = ()
    ) -> Response:
        words = self.look.words(visit)
        steps = open_steps(REFERRAL_STEPS, BEFORE, item.state)
        return self.look.page(
            "work/referral.html",
            visit,
            status,
            item=item,
            contact=await self._contact(visit, item),
            typed=typed,
            errors=error_list(problems, words),
            step_items=radio_items(steps, words),
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
    if came_twice(item.history, posted, posted.form.text("step")):
        return await _done(posted, item)
    if seen_steps(posted.form) != len(item.history):
        return await desk.shown(posted.visit, item, posted.form, 409, [changed_meanwhile()])
    steps = open_steps(REFERRAL_STEPS, BEFORE, item.state)
    wanted, problems = read_wanted(posted.form.text, steps, ())
    if wanted is None:
        return await desk.shown(posted.visit, item, posted.form, 422, problems)
    try:
        after = await _take(desk, item, posted, wanted)
    except Conflict as error:
        now = await desk.referrals.get(referral)
        return await desk.shown(posted.visit, now, posted.form, 409, [Problem("", "refused", sentence(error.message))])
    if wanted.step and not came_twice(after.history, posted, wanted.step):  # another one took it at the same moment
        return await desk.shown(posted.visit, after, posted.form, 409, [changed_meanwhile()])
    return await _done(posted, after)


async def _take(desk: Desk, item: WorkItem, posted: Posted, wanted: Wanted) -> WorkItem:
    if note := desk.acting.note(posted, wanted, item.id):
        await desk.acting.notes.add("referrals", item.id, note)
    if wanted.step is None:
        return item
    fields = {"state": wanted.step, "by": posted.person.subject, "at": desk.acting.clock.now(), "why": wanted.why}
    return await desk.referrals.step(item.id, ReferralStep.model_validate(fields))


async def _done(posted: Posted, item: WorkItem) -> Response:
    await posted.visit.forget_draft(posted.form.page)
    ended = {"returned": "given-back", "closed": "finished"}.get(item.state)
    return RedirectResponse(
        f"/work-list?done={ended}" if ended else f"/work-list/referrals/{item.id}", HTTP_303_SEE_OTHER
    )
