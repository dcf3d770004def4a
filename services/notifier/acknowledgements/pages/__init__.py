"""Pages behind the links in notices: a team says by a link that it knows. They need no sign-in: the link is the key.

A GET changes nothing, since mail scanners follow links too; the page that it shows has a button that posts.
"""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from services.notifier.acknowledgements.acknowledgement import NOT_ASKED, Acknowledgements, Overtaken
from services.notifier.acknowledgements.links import Links
from services.notifier.notices.ask import Ask, Closed
from services.notifier.notices.notice import Notice
from shared.clock import Clock
from shared.errors import Forbidden, Invalid, Permanent, Problem
from shared.values import Code
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, in_english
from shared.wording import sentence

TEMPLATES = Path(__file__).parent / "templates"
FORM_BYTES = 1_000
STAFF_CODE = "Enter your staff code: small letters, digits and hyphens, such as desk-7"
_CODE = TypeAdapter(Code)

Service = Annotated[Acknowledgements, Depends(part(Acknowledgements))]
OurLinks = Annotated[Links, Depends(part(Links))]
Now = Annotated[Clock, Depends(part(Clock))]

router = APIRouter(prefix="/v1/acknowledgements/{token}", include_in_schema=False)


@router.get("")
async def confirm(token: str, service: Service, links: OurLinks, clock: Now, look: TheLook) -> Response:
    """Shows what is asked, with the button. Acknowledges nothing."""
    try:
        notice, ask = await service.asked(links.notice(token, clock.now()))
    except Permanent as error:
        return _refused(look, error)
    if ask.void_at is not None:
        return await _overtaken(look, ask, service, links)
    if ask.closed is not None:
        return _closed(look, ask.closed)
    return _answered(look, ask) if ask.answer else _question(look, notice)


@router.post("")
async def acknowledge(
    token: str, request: Request, service: Service, links: OurLinks, clock: Now, look: TheLook
) -> Response:
    """Keeps the answer of the form: `by` is a staff code. The first answer stays."""
    try:
        notice, ask = await service.asked(links.notice(token, clock.now()))
    except Permanent as error:
        return _refused(look, error)
    form = _form((await request.body())[:FORM_BYTES])
    try:
        ask = await service.acknowledge(notice.id, _who(form))
    except Overtaken:
        return await _overtaken(look, ask, service, links)
    except (Invalid, Forbidden) as error:
        return _question(look, notice, form, error)
    except Permanent as error:
        return _refused(look, error)
    return _answered(look, ask) if ask.closed is None else _closed(look, ask.closed)


def _form(body: bytes) -> Form:
    return Form(parse_qs(body.decode(errors="replace")))


def _who(form: Form) -> str:
    """Raises `Invalid` for what is no staff code."""
    try:
        return _CODE.validate_python(form.text("by").lower())
    except ValidationError:
        raise Invalid(STAFF_CODE) from None


def _question(look: Look, notice: Notice, form: Form | None = None, error: Permanent | None = None) -> Response:
    """Returns the page that asks for confirmation, with what was typed and what is wrong with it."""
    message = sentence(error.message) if error else ""
    errors = error_list([Problem("by", "by", message)] if error else [], in_english)
    status = error.status if error else 200
    return _page(look, "question", status, subject=notice.content.subject, typed=form, errors=errors)


def _answered(look: Look, ask: Ask) -> Response:
    return _page(look, "answered", 200, ask=ask)


def _closed(look: Look, why: Closed) -> Response:
    """Returns the page of an ask that needs no answer any more."""
    if why is Closed.KNOWN:
        return _page(look, "answered", 200, ask=None)
    return _page(look, "refused", 409, why=NOT_ASKED[why])


async def _overtaken(look: Look, ask: Ask, service: Acknowledgements, links: Links) -> Response:
    """Returns the page of a link that died when the plan or the lines to take were changed; it leads to the form of
    the notice that came after it."""
    now = await service.asked_now(ask)
    return _page(look, "overtaken", 409, subject=ask.subject, now=now, link=links.of(now) if now else None)


def _refused(look: Look, error: Permanent) -> Response:
    return _page(look, "refused", error.status, why=error.message)


def _page(look: Look, template: str, status: int, **values: Any) -> Response:
    """The address holds the key: it is told to nobody, not to a page of ours either."""
    response = look.public(f"acknowledgements/{template}.html", "en", status, **values)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
