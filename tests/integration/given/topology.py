"""Looks at what a service declared on the broker, and says events while that is made anew."""

from collections.abc import Awaitable, Callable

from shared.errors import Unavailable
from tests.integration.given.waiting import until
from tests.support.probe import ProbeService, probe

BACK_SECONDS = 10.0
"""Within which what vanished must be back."""


async def say_until_confirmed(service: ProbeService, number: int) -> None:
    async def said() -> bool:
        try:
            await service.say(probe(number))
        except Unavailable:
            return False
        return True

    await until(said)


async def refused(check: Callable[[], Awaitable[None]], words: str) -> bool:
    try:
        await check()
    except Unavailable as error:
        return words in error.message
    return False
