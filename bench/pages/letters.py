"""Letters that went out, in bulk: as hearing of them leaves them in the stores of intake and planner."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bench.pages.campaigns import LAUNCH
from services.intake.register.letter import letters_of
from services.planner.evaluation.repository import MongoUnits
from services.planner.progress.progress import Response
from services.planner.progress.repository import MongoProgress
from shared.contracts import CommunicationsIssued, UnitsAllocated, UnitsSettled
from shared.customers.letter_reference import letter_reference
from shared.identifiers import derived_id
from shared.storage.inserting import insert_new
from shared.storage.store import Store

KEY = b"pages"
CHUNK = 500
ANSWERS_EVERY = 20
TOGETHER = 4
"""Chunks that are written at a time."""
ARMS = ("plain", "social-norm", "control")
LOAD = "0b8ff5c2-3b6d-5f0a-9a53-2f6a7c1d9e10"
WAVES = 3


def reference(number: int) -> str:
    return letter_reference(number, KEY)


async def issue(mongo_url: str, live: Sequence[str], communications: int) -> None:
    """Writes so many communications of the live campaigns, a chunk at a time, those who answered, and one trial."""
    intake, planner = Store(mongo_url, "otm_intake"), Store(mongo_url, "otm_planner")
    chunks = iter(_chunks(live, communications))

    async def write() -> None:
        for issued in chunks:
            letters = [letter.model_dump(exclude_defaults=True) for letter in letters_of(issued)]
            await insert_new(intake["letters"], [{"_id": each.pop("reference"), **each} for each in letters])
            event = derived_id(issued.campaign, str(issued.chunk))
            await MongoProgress(planner).communications_issued(event, issued)
            await MongoProgress(planner).count(list(_answers(event, issued)))
            if issued.campaign == live[0]:
                await _units(MongoUnits(planner), event, issued)

    await asyncio.gather(*(write() for _ in range(TOGETHER)))
    intake.close()
    planner.close()


def _chunks(live: Sequence[str], communications: int) -> Iterator[CommunicationsIssued]:
    of = itertools.cycle(live)
    for chunk, start in enumerate(range(0, communications, CHUNK), 1):
        numbers = range(start, min(start + CHUNK, communications))
        wave = chunk // len(live) % WAVES
        yield CommunicationsIssued.model_validate(
            {"campaign": next(of), "wave": wave + 1, "chunk": chunk, "channel": "print", "lines_to_take": 1,
             "plan_version": 1, "issued_at": datetime.combine(day_of(wave), time(6), UTC),
             "communications": [_communication(number) for number in numbers]}
        )  # fmt: skip


def day_of(wave: int) -> date:
    return LAUNCH + timedelta(days=wave)


def _communication(number: int) -> dict[str, Any]:
    return {
        "reference": reference(number),
        "arm": ARMS[number % 2],
        "language": "en",
        "customer": f"{number:032x}",
    }


def _answers(event: str, issued: CommunicationsIssued) -> Iterator[Response]:
    """Customers of the chunk who got in touch, each on one of the days after it went out."""
    for number, each in enumerate(issued.communications[::ANSWERS_EVERY]):
        on = issued.issued_at.date() + timedelta(days=1 + number % 2)
        yield Response(id=f"{event}:{number}", campaign=issued.campaign, on=on, arm=each.arm, kind="contact")


async def _units(units: MongoUnits, event: str, issued: CommunicationsIssued) -> None:
    """The customers of the chunk in their trial, with half as many who are left alone."""
    written = [(each.customer or "", each.arm) for each in issued.communications]
    alone = [(f"f{token[1:]}", ARMS[2]) for token, _ in written[::2]]
    of, everybody = {"campaign": issued.campaign}, [*written, *alone]
    for part, some in enumerate((everybody[:CHUNK], everybody[CHUNK:]), 2 * issued.chunk):
        allocated = [{"unit": unit, "arm": arm, "stratum": "all", "cluster": unit} for unit, arm in some]
        fates = [{"unit": unit, "arm": arm, "state": "control" if arm == ARMS[2] else "sent"} for unit, arm in some]
        if some:
            await units.allocated(UnitsAllocated.model_validate({**of, "load": LOAD, "part": part, "units": allocated}))
            settled = {**of, "chunk": part, "on": issued.issued_at.date(), "units": fates}
            await units.settled(derived_id(event, str(part)), UnitsSettled.model_validate(settled))
