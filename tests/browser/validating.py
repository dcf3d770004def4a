"""The HTML validator: html-validate from npm, a process that is given one page after the other."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "validator"
LONGEST_ANSWER = 1_000_000  # bytes


class Validator:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pages = 0

    async def wrong(self, html: str) -> list[str]:
        """Returns what is wrong with a page, each with its line and column."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(html).encode() + b"\n")
        self.pages += 1
        found: list[str] = json.loads(await self._process.stdout.readline())
        return found


@asynccontextmanager
async def validator(folder: Path) -> AsyncIterator[Validator]:
    """Fetches the validator that the lock file names into an empty folder, and runs it there."""
    npm, node = shutil.which("npm"), shutil.which("node")
    assert npm, "pages are validated with html-validate: apt-get install nodejs npm"
    assert node
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    await _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=folder)
    process = await asyncio.create_subprocess_exec(
        node,
        "validate.mjs",
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_ANSWER,
    )
    try:
        yield Validator(process)
    finally:
        process.kill()
        await process.wait()


async def _run(*command: str, **options: Any) -> None:
    process = await asyncio.create_subprocess_exec(*command, **options)
    assert await process.wait() == 0, f"{command[0]} {command[1]} failed"
