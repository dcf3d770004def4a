"""Personal data is shown to nobody without a trace, and to nobody at all while it is restricted."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from services.intake.restriction import Restrictions, expect_none
from shared.clock import Clock
from shared.storage.audit import AuditTrail
from shared.web.access import Principal

T = TypeVar("T")


class PersonalData:
    """What every function that shows or changes personal data asks first."""

    def __init__(self, trail: AuditTrail, restrictions: Restrictions, clock: Clock) -> None:
        self._trail = trail
        self._restrictions = restrictions
        self._clock = clock

    async def seen(self, caller: Principal, what: str, about: Sequence[str | None], **details: Any) -> None:
        """Note that `caller` asks to see or change this, before they do. Raises `Restricted`.

        `about` are the customer's tokens and letter, as far as they are known; `details` are codes and references.
        """
        keys = _known(about)
        restricted, _ = await asyncio.gather(self._restrictions.among(keys), self.note(caller, what, keys, details))
        expect_none(restricted)

    async def listed(
        self, caller: Principal, what: str, items: Sequence[T], about: Callable[[T], Sequence[str | None]]
    ) -> list[T]:
        """Those that may be shown, noted as one entry."""
        restricted = await self._restrictions.among(_known([key for item in items for key in about(item)]))
        shown = [item for item in items if restricted.isdisjoint(_known(about(item)))]
        if shown:
            keys = _known([key for item in shown for key in about(item)])
            await self.note(caller, what, keys, {"count": len(shown)})
        return shown

    async def note(self, caller: Principal, what: str, about: Sequence[str], details: Mapping[str, Any]) -> None:
        """Only note it."""
        await self._trail.append(self._clock.now(), caller.subject, what, {"about": list(about), **details})


def _known(keys: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys(key for key in keys if key))
