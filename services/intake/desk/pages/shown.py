"""The desk as it is shown: the look-up, the form of a contact, and what is wrong with either."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from services.intake.access_log import PersonalData
from services.intake.contacts.excursions import Excursions
from services.intake.desk.labels import KINDS, OUTCOMES, REASONS
from services.intake.desk.search import REFERENCE_KINDS
from services.intake.desk.strip import strips
from services.intake.register.look_up import Answer, LookUp
from services.intake.register.ports import Register
from shared.clock import Clock, today
from shared.errors import Problem
from shared.web.dependencies import part
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Visit

UNKNOWN = "/desk/unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """Letters and campaigns found by a customer's own reference, and by what their letter says."""

    letters: Sequence[Answer]
    campaigns: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of intake that the pages of the desk use."""

    look: Look
    look_up: LookUp
    personal: PersonalData
    register: Register
    excursions: Excursions
    clock: Clock

    async def first(self, visit: Visit, status: int = 200, errors: Sequence[Problem] = (), **shown: Any) -> Response:
        """Returns the page on which a call begins."""
        return self.look.page("desk/first.html", visit, status, **await self._common(visit, errors), **shown)

    async def letter(
        self,
        visit: Visit,
        answer: Answer | None,
        typed: Form | None = None,
        status: int = 200,
        errors: Sequence[Problem] = (),
        **shown: Any,
    ) -> Response:
        """Returns the page of a call: lines to take first, then the form."""
        words = self.look.words(visit)
        form = {
            "answer": answer,
            "typed": typed,
            "key": typed.key if typed else None,
            "opened": (typed.text("opened") if typed else "") or self.clock.now().isoformat(),
            "reasons": REASONS,
            "outcomes": OUTCOMES,
            "reason_items": radio_items(REASONS, words, numbered=True, focus=not errors),
            "outcome_items": radio_items(OUTCOMES, words, numbered=True),
            "kind_items": radio_items(KINDS, words),
            "reference_items": radio_items(REFERENCE_KINDS, words),
        }
        return self.look.page("desk/call.html", visit, status, **await self._common(visit, errors), **(form | shown))

    async def _common(self, visit: Visit, errors: Sequence[Problem]) -> dict[str, Any]:
        standings, campaigns = await asyncio.gather(self.excursions.standings(), self.register.campaigns())
        return {
            "translated": True,
            "strips": strips(campaigns, standings, today(self.clock)),
            "errors": error_list(errors, self.look.words(visit)),
        }


async def the_desk(
    look: TheLook,
    look_up: Annotated[LookUp, Depends(part(LookUp))],
    personal: Annotated[PersonalData, Depends(part(PersonalData))],
    register: Annotated[Register, Depends(part(Register))],
    excursions: Annotated[Excursions, Depends(part(Excursions))],
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Desk:
    return Desk(look, look_up, personal, register, excursions, clock)


TheDesk = Annotated[Desk, Depends(the_desk)]
