"""The `otm` command, run as people run it."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings


@dataclass
class Answer:
    """The end of a command: its code, its standard error (`said`) and its standard output (`printed`)."""

    code: int
    said: str
    printed: str

    @property
    def json(self) -> Any:
        return json.loads(self.printed)

    def named(self, what: str) -> list[str]:
        """The processes of which that was said, in order."""
        return [line.split()[1] for line in self.said.splitlines() if what in line]


class Otm:
    """Runs it against one home folder, with these settings in its environment, after the shell command `before`."""

    def __init__(self, home: Home, settings: LocalSettings, before: str = "true") -> None:
        self._before = before
        values = settings.model_dump(mode="json", exclude_none=True) | {"home": str(home.folder)}
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
        self._environment = {**os.environ, **{f"OTM_{name.upper()}": text for name, text in texts.items()}}

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *("bash", "-c", f'{self._before} && exec "$0" "$@"', sys.executable, "-m", "deploy.local", *arguments),
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def __call__(self, *arguments: str) -> Answer:
        return await answer_of(await self.start(*arguments))


async def answer_of(process: asyncio.subprocess.Process) -> Answer:
    async with asyncio.timeout(120):
        printed, said = await process.communicate()
    return Answer(process.returncode or 0, said.decode(), printed.decode())


async def otm_on(services: Mapping[str, str], key: str, *arguments: str) -> Answer:
    """Runs it against services at these URLs, by their names, with that key."""
    urls = {f"OTM_{name.upper()}_URL": url for name, url in services.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.local", *arguments),
        env={**os.environ, **urls, "OTM_KEY": key, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return await answer_of(process)
