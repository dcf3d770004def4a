"""Letters that went out and contacts that came, as planner hears of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts import CommunicationsIssued, ContactRecorded, WaveStarted
from shared.working_days import working_days_from
from tests.planner.given.hearing import CAMPAIGN, handlers, heard
from tests.planner.given.plans import LAUNCH, plan
from tests.support.inside import Inside
from tests.support.samples import sample

RATE: dict[str, Any] = {"low": 0.04, "central": 0.06, "high": 0.085, "source": "the pilot of 2025"}
TAKERS = [
    {"reason": "help-to-act", "team": "customer-services", "share": 0.8},
    {"reason": "time-to-pay", "team": "debt-management", "share": 0.2},
]
ARMS = [arm["code"] for arm in plan()["arms"] if not arm.get("control")]
RATES = [{"arm": arm, "post": "second", "rate": RATE} for arm in ARMS]
ASSUMED = {"rates": RATES, "takers": TAKERS}
LETTERS = 20_000
DAYS = [day for day, _ in zip(working_days_from(LAUNCH), range(10), strict=False)]


def waves(*sizes: int) -> list[dict[str, Any]]:
    return [{"on": day.isoformat(), "size": size} for day, size in zip(DAYS, sizes, strict=False)]


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)


async def has_room(planner: Inside, contacts: int, team: str = "customer-services") -> None:
    async with planner.caller("intake-lead") as lead:
        body = {"capacity": {"team": team, "contacts": contacts}, "reason": "The rota"}
        assert (await lead.put(f"/v1/capacity/{team}", json=body)).status_code == 200


async def went_out(planner: Inside, size: int, wave: int = 1, begun: int | None = None) -> None:
    """As dispatcher says it, each event twice: a wave of `begun` letters starts, and `size` of them go out."""
    hear, on = handlers(planner), DAYS[wave - 1]
    of_wave = {"campaign": CAMPAIGN, "wave": wave}
    started = {"on": on, "started_at": noon(on), "communications": size if begun is None else begun}
    await hear.note_wave(heard(sample(WaveStarted, **of_wave, **started)))
    letter = sample(CommunicationsIssued).communications[0]
    letters = [letter.model_copy(update={"arm": ARMS[n % len(ARMS)]}) for n in range(size)]
    event = heard(sample(CommunicationsIssued, **of_wave, communications=letters, issued_at=noon(on)))
    for _ in range(2):
        await hear.note_issued(event)


async def came(planner: Inside, on: date, contacts: int) -> None:
    hear = handlers(planner)
    for number in range(contacts):
        contact = f"{on.toordinal():08x}-0000-0000-0000-{number:012x}"
        said = {"contact": contact, "campaign": CAMPAIGN, "arm": ARMS[number % len(ARMS)], "received_at": noon(on)}
        await hear.count_contact(heard(sample(ContactRecorded, **said)))
