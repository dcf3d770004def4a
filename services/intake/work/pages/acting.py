"""Pieces that the pages of referrals and disclosures share: what somebody saw, and a form that comes twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.intake.work.repository import MongoNotes
from services.intake.work.typed import Wanted
from services.intake.work_list import Note
from shared.clock import Clock
from shared.errors import Problem
from shared.identifiers import derived_id, new_id
from shared.web.site.forms import Form
from shared.web.site.visitors import Posted

CHANGED = "Somebody did something with this since you opened it. Look at what was done, then decide again"
MOST_DIGITS = 6


class Taken(Protocol):
    """A step that was taken."""

    @property
    def by(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def state(self) -> str: ...


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
