"""Probes of whether a process answers."""

import asyncio
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import httpx

from deploy.local.processes.greetings import GREETINGS
from shared.network.trust import trust


class Answer(NamedTuple):
    """The answer to a probe; `trouble` says, where it is not well, how the process puts it."""

    well: bool
    trouble: str = ""


class Prober:
    """Asks `http://…` (200 is a yes), `amqp://`, `mongodb://`, `smtp://`, `epmd://host:port` (any word is a yes) and
    `tcp://host:port` (an accepted connection is a yes). No answer takes longer than `seconds`.
    """

    def __init__(self, seconds: float = 2.5) -> None:
        self._seconds = seconds
        # A proxy that the machine is set to use is not for its own loopback interface.
        self._http = httpx.AsyncClient(verify=trust(), timeout=seconds, trust_env=False)

    async def answers(self, url: str) -> bool:
        return (await self.ask(url)).well

    async def ask(self, url: str) -> Answer:
        scheme = urlsplit(url).scheme
        try:
            async with asyncio.timeout(self._seconds):
                return await (self._get(url) if scheme.startswith("http") else _greet(url, GREETINGS.get(scheme)))
        except TimeoutError:
            return Answer(False, f"no answer within {self._seconds:g} s")
        except (OSError, httpx.HTTPError) as error:
            return Answer(False, f"cannot be reached: {type(error).__name__}")

    async def _get(self, url: str) -> Answer:
        answer = await self._http.get(url)
        return Answer(True) if answer.status_code == httpx.codes.OK else Answer(False, _trouble(answer))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()


async def _greet(url: str, greeting: bytes | None) -> Answer:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        if greeting is None:
            return Answer(True)
        writer.write(greeting)
        return Answer(True) if await reader.read(1) else Answer(False, "closes the connection at once")
    finally:
        writer.close()


def _trouble(answer: httpx.Response) -> str:
    """Names the parts that are not well, as a service does in its health, or the reason that RabbitMQ gives."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    if isinstance(parts := said.get("parts"), dict):
        return "; ".join(f"{name}: {words}" for name, words in parts.items() if words != "ok")
    return str(said.get("reason") or f"answers {answer.status_code}")
