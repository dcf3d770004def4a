"""Personal data is shown to nobody without a trace, and to nobody at all while it is restricted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from services.intake.restriction import Restrictions, expect_none
from services.intake.work_list import Waiting
from shared.clock import Clock
from shared.paging import Asked, Page, Place
from shared.principal import Principal
from shared.trail import AuditTrail

W = TypeVar("W", bound=Waiting)
Read = Callable[[Place | None, int], Awaitable[Sequence[W]]]
"""Reads the items after a place on a work list, at most so many."""


class PersonalData:
    """Access to personal data: every function that shows or changes it asks here first."""

    def __init__(self, trail: AuditTrail, restrictions: Restrictions, clock: Clock) -> None:
        self._trail = trail
        self._restrictions = restrictions
        self._clock = clock

    async def seen(self, caller: Principal, what: str, about: Sequence[str | None], **details: Any) -> None:
        """Notes that `caller` asks to see or change a record, before they do. Raises `Restricted`.

        `about` are the customer's tokens and letter, as far as they are known; `details` are codes and references.
        """
        keys = _known(about)
        restricted, _ = await asyncio.gather(self._restrictions.among(keys), self.note(caller, what, keys, details))
        expect_none(restricted)

    async def page(self, caller: Principal, what: str, asked: Asked, read: Read[W]) -> Page[W]:
        """Returns a page of items that may be shown, noted as one entry of the trail. Restricted items are passed
        over, and further ones take their place."""
        shown: list[W] = []
        after, most = asked.position, asked.limit + 1  # one more says that there are further ones
        while len(shown) < most:
            found = await read(after, most)
            shown += await self._unrestricted(found)
            if len(found) < most:
                break
            after = found[-1].place
        page = Page.of(shown, asked.limit)
        if page.items:
            await self.note(caller, what, _names(page.items), {"count": len(page.items)})
        return page

    async def note(self, caller: Principal, what: str, about: Sequence[str], details: Mapping[str, Any]) -> None:
        """Notes the access without asking for restrictions."""
        await self._trail.append(self._clock.now(), caller.subject, what, {"about": list(about), **details})

    async def _unrestricted(self, items: Sequence[W]) -> list[W]:
        restricted = await self._restrictions.among(_names(items))
        return [item for item in items if restricted.isdisjoint(_known(item.about))]


def _names(items: Sequence[W]) -> list[str]:
    return _known([name for item in items for name in item.about])


def _known(keys: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys(key for key in keys if key))
