"""A step or a note on the page of a referral or a disclosure: about what somebody saw, and once for each form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.intake.work.repository import MongoNotes
from services.intake.work.typed import Wanted, read_wanted
from services.intake.work_list import Note
from shared.clock import Clock
from shared.errors import Conflict, Problem
from shared.identifiers import derived_id, new_id
from shared.web.site.forms import Form
from shared.web.site.visitors import Posted, Visit
from shared.wording import sentence

CHANGED = "Somebody did something with this since you opened it. Look at what was done, then decide again"
MOST_DIGITS = 6
ENDED = {"returned": "given-back", "routed": "passed-on", "closed": "finished", "resolved": "finished"}
"""The steps after which an item is no more of the person's list, and how the list tells it."""


class Taken(Protocol):
    """A step that was taken."""

    @property
    def by(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def state(self) -> str: ...


class Item(Protocol):
    """A referral or a disclosure."""

    @property
    def id(self) -> str: ...

    @property
    def history(self) -> Sequence[Taken]: ...


W = TypeVar("W", bound=Item)


class Desk(Protocol[W]):
    """A page on which people act; `path` is the address below which its items are."""

    @property
    def path(self) -> str: ...

    @property
    def acting(self) -> "Acting": ...

    def steps(self, item: W) -> Collection[str]: ...

    async def teams(self, item: W) -> Collection[str]: ...

    def came_before(self, item: W, posted: Posted) -> bool: ...

    async def note(self, item: W, note: Note) -> None: ...

    async def step(self, item: W, posted: Posted, wanted: Wanted) -> W: ...

    async def again(self, item: W) -> W: ...

    async def shown(
        self, visit: Visit, item: W, typed: Form | None, status: int = 200, problems: Sequence[Problem] = ()
    ) -> Response: ...


async def acted(desk: Desk[W], item: W, posted: Posted) -> Response:
    """Takes the step, keeps the note, or both, and leads on; shows the page again where something is wrong."""
    form, visit = posted.form, posted.visit
    if desk.came_before(item, posted):
        return await done(desk, item, posted)
    if seen_steps(form) != len(item.history):
        return await desk.shown(visit, item, form, 409, [changed_meanwhile()])
    wanted, problems = read_wanted(form.text, desk.steps(item), await desk.teams(item))
    if wanted is None:
        return await desk.shown(visit, item, form, 422, problems)
    try:
        if note := desk.acting.note(posted, wanted, item.id):
            await desk.note(item, note)
        after = await desk.step(item, posted, wanted) if wanted.step else item
    except Conflict as error:
        refused = Problem("", "refused", sentence(error.message))
        return await desk.shown(visit, await desk.again(item), form, 409, [refused])
    if wanted.step and not came_twice(after.history, posted, wanted.step):  # another one took it at the same moment
        return await desk.shown(visit, after, form, 409, [changed_meanwhile()])
    return await done(desk, after, posted)


async def done(desk: Desk[W], item: W, posted: Posted) -> Response:
    """Leads to the item, or to the list once it is no more of the person's business."""
    await posted.visit.forget_draft(posted.form.page)
    ended = ENDED.get(posted.form.text("step"))
    return RedirectResponse(f"/work-list?done={ended}" if ended else f"{desk.path}/{item.id}", HTTP_303_SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Acting:
    """The parts that steps and notes need."""

    notes: MongoNotes
    clock: Clock

    def note(self, posted: Posted, wanted: Wanted, about: str) -> Note | None:
        """Returns the note of a form, the same one when the form comes twice."""
        if wanted.note is None:
            return None
        cause = f"{posted.person.subject}|{posted.form.key or new_id()}"
        identifier = derived_id(about, f"note|{cause}")
        return Note(id=identifier, by=posted.person.subject, at=self.clock.now(), note=wanted.note)


def seen_steps(form: Form) -> int:
    """Returns how many steps had been taken when the form was shown."""
    text = form.text("seen")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else -1


def came_twice(history: Sequence[Taken], posted: Posted, step: str | None) -> bool:
    """Returns whether the step is the last one that was taken, by the same person: the form has come before."""
    last = history[-1] if history else None
    return last is not None and (last.state, last.by) == (step, posted.person.subject)


def changed_meanwhile() -> Problem:
    return Problem("", "stale", CHANGED)
