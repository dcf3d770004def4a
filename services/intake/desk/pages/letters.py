"""The beginning of a call: the reference that a customer reads out, and what to say about their letter."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.intake.contacts.api.visibility import Seen
from services.intake.contacts.receipt import receipt_for
from services.intake.desk.entry import LONGEST_REFERENCE, tidy_reference
from services.intake.desk.labels import TEAMS
from services.intake.desk.pages.shown import UNKNOWN, Desk, Found, TheDesk
from services.intake.desk.search import FIELDS, Search, read_search
from services.intake.register.letter import canonical
from services.intake.register.look_up import Answer
from shared.errors import Invalid, NotFound, Problem
from shared.principal import Principal
from shared.values import Identifier, LetterReference
from shared.web.site.forms import Form
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import words_of

Handler = Annotated[Visit, Depends(visiting("contacts:write"))]
HandlersForm = Annotated[Posted, Depends(posting("contacts:write"))]

router = APIRouter(prefix="/desk")


@router.get("")
async def begin(visit: Handler, desk: TheDesk, contacts: Seen, saved: Identifier | None = None) -> Response:
    """Shows where a call begins, and what became of the one before."""
    if saved is None:
        return await desk.first(visit)
    contact = await contacts.own(visit.person, saved)
    words, receipt = desk.look.words(visit), receipt_for(contact)
    teams = [words(TEAMS.get(team, words_of(team))) for team in receipt.referred_to]
    return await desk.first(visit, saved=receipt, teams=teams, undone=contact.void)


@router.post("/letter")
async def find(posted: HandlersForm, desk: TheDesk) -> Response:
    """Leads to the letter. A text that is no reference may be a name: it never comes into an address."""
    text = tidy_reference(posted.form.text("letter_reference"))
    if len(text) > LONGEST_REFERENCE:
        problem = Problem("letter_reference", "too-long", "Enter only the reference: ten letters and digits")
        return await desk.first(posted.visit, 422, [problem], typed=posted.form)
    if reference := canonical(text):
        if posted.form.page == UNKNOWN:  # what was searched by is of this caller alone
            await posted.visit.forget_draft(UNKNOWN)
        return RedirectResponse(f"/desk/letters/{reference}", HTTP_303_SEE_OTHER)
    await posted.visit.keep_draft(UNKNOWN, {"letter_reference": [text]})
    return RedirectResponse(UNKNOWN, HTTP_303_SEE_OTHER)


@router.get("/letters/{reference}")
async def letter(reference: LetterReference, visit: Handler, desk: TheDesk) -> Response:
    """Shows what to say about a letter, and the form of the call; for a letter that nobody knows the form alone."""
    draft = await visit.draft()
    answer = await answer_about(desk, visit.person, reference)
    if answer is None:
        return await desk.letter(visit, None, draft or Form({"letter_reference": [reference]}), kept=draft is not None)
    return await desk.letter(visit, answer, draft, kept=draft is not None)


@router.post("/search")
async def search(posted: HandlersForm, desk: TheDesk) -> Response:
    """Leads to what is found by a customer's own reference, or by what their letter says: neither is in an address."""
    found, problems = read_search(posted.form.text)
    if found is None:
        return await desk.letter(posted.visit, None, posted.form, 422, problems)
    await posted.visit.keep_draft(UNKNOWN, {name: posted.form.texts(name) for name in FIELDS})
    return RedirectResponse(UNKNOWN, HTTP_303_SEE_OTHER)


@router.get("/unknown")
async def unknown(visit: Handler, desk: TheDesk) -> Response:
    """Shows the form of a call about a letter that cannot be made out, with letters that may be meant, and those that
    were searched for."""
    draft = await visit.draft() or Form({})
    kept = bool(draft.text("reason") or draft.text("description"))
    meant = await suggested(desk, draft.text("letter_reference"))
    wanted, _ = read_search(draft.text)
    found = await searched(desk, visit.person, wanted) if wanted else None
    return await desk.letter(visit, None, draft, meant=meant, kept=kept, found=found)


async def searched(desk: Desk, person: Principal, wanted: Search) -> Found:
    """Returns the letters to a customer, noted as seen, and the campaigns whose letters say such words."""
    letters, campaigns = [], []
    if wanted.customer is not None:
        letters = await desk.look_up.by_customer(wanted.customer)
        about = [name for each in letters if each.letter for name in (each.letter.customer, each.letter.reference)]
        await desk.personal.seen(person, "customer.looked-up", about)
    if wanted.says is not None:
        campaigns = await desk.look_up.by_words(wanted.says)
    return Found(letters, campaigns)


async def answer_about(desk: Desk, person: Principal, reference: str) -> Answer | None:
    """Returns what to say about a letter, noted as seen; None for a letter that nobody knows."""
    try:
        found = await desk.look_up.letter(reference)
    except (Invalid, NotFound):
        return None
    seen = desk.personal.seen(person, "letter.looked-up", [found.customer, found.reference])
    answer, _ = await asyncio.gather(desk.look_up.about(found), seen)
    return answer


async def suggested(desk: Desk, text: str) -> list[str]:
    """Returns letters that a text may have been meant to be."""
    try:
        await desk.look_up.letter(text)
    except Invalid as error:
        return [problem.message for problem in error.problems if problem.rule == "suggestion"]
    except NotFound:
        pass
    return []
