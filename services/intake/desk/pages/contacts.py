"""The end of a call: it is saved once, however often the button is pressed, and can be undone."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.intake.contacts.api.visibility import Seen
from services.intake.contacts.corrections import Change, Corrections
from services.intake.contacts.recorder import Recorder
from services.intake.contacts.stream import arrival
from services.intake.desk.entry import as_typed, read_entry
from services.intake.desk.pages.letters import HandlersForm, answer_about, suggested
from services.intake.desk.pages.shown import UNKNOWN, Desk, TheDesk
from services.intake.register.letter import canonical
from shared.errors import Conflict, Invalid, Problem
from shared.idempotency import identified
from shared.values import Identifier, Value
from shared.web.dependencies import part
from shared.web.idempotency import Digest
from shared.web.site.forms import Form
from shared.web.site.visitors import Posted

SAVED_ALREADY = "You saved this call already. To keep what it says now as a further call, save again"
router = APIRouter(prefix="/desk")


class Undoing(Value):
    """The wish to undo a call that was saved at the desk."""

    why: str = "undone-at-the-desk"


@router.post("/contacts")
async def save(
    posted: HandlersForm, desk: TheDesk, recorder: Annotated[Recorder, Depends(part(Recorder))], digest: Digest
) -> Response:
    """Keeps the call, and leads to the next one."""
    report, problems = read_entry(posted.form.text, desk.clock.now())
    if report is None:
        return await _again(desk, posted, problems)
    try:
        receipt = await recorder.record(arrival(report, posted.person, posted.form.key, digest))
    except Conflict:
        again = Form({name: values for name, values in posted.form.typed.items() if name != "_key"})
        return await _again(desk, posted, [Problem("", "again", SAVED_ALREADY)], again, 409)
    except Invalid as error:
        return await _again(desk, posted, error.problems)
    await posted.visit.forget_draft(posted.form.page)
    return RedirectResponse(f"/desk?saved={receipt.contact}", HTTP_303_SEE_OTHER)


@router.post("/contacts/{contact_id}/undo")
async def undo(
    contact_id: Identifier,
    posted: HandlersForm,
    contacts: Seen,
    corrections: Annotated[Corrections, Depends(part(Corrections))],
    digest: Digest,
) -> Response:
    """Makes the contact void, and shows its form again with all that was typed."""
    contact = await contacts.to_change(posted.person, "contact.undone", contact_id)
    request = identified(posted.person, f"correction|{contact_id}", "undo", Undoing(), digest)
    await corrections.apply(contact_id, Change(request.id, request.digest, posted.person.subject, Undoing().why, None))
    page = f"/desk/letters/{contact.reference}" if contact.reference else UNKNOWN
    await posted.visit.keep_draft(page, as_typed(contact.report, contact.disclosure))
    return RedirectResponse(page, HTTP_303_SEE_OTHER)


async def _again(
    desk: Desk,
    posted: Posted,
    problems: list[Problem] | tuple[Problem, ...],
    form: Form | None = None,
    status: int = 422,
) -> Response:
    """Returns the form as it was sent, with what is wrong."""
    typed = form or posted.form
    text = typed.text("letter_reference")
    reference = canonical(text)
    answer = await answer_about(desk, posted.person, reference) if reference else None
    meant = [] if answer else await suggested(desk, text)
    return await desk.letter(posted.visit, answer, typed, status, problems, meant=meant)
