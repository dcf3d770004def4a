"""Two dispatchers, killed at random and at crash points, with everything said twice, paused and resumed twice: the
ledger, the print files and the events agree exactly."""

import asyncio
import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.people import population_csv
from deploy.local.demo.services import until
from deploy.local.stack.home import Home
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    CommunicationsIssued,
    CommunicationsReturned,
    Contract,
    DeliveryReported,
    DispatchCompleted,
    LinesToTakePublished,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
)
from shared.identifiers import new_id
from shared.working_days import add_working_days
from tests.journeys.dispatcher_alone import CAMPAIGN, DAYS, MONDAY, PATIENCE, Campaign, dispatchers
from tests.support.ground import Ground
from tests.support.samples import sample, stored

CRASHES = (
    "chunk: settled, not in the ledger", "chunk: in the ledger, not printed", "chunk: judged, not settled",
    "chunk: printed, not finished", "chunk: finished, not announced",
    "handler: done, not acknowledged",
)  # fmt: skip


async def play(campaign: Campaign, size: int, kills: int) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    arms = [control, plain, plain | {"code": "norm"}]
    waves = [
        {"number": n + 1, "on": add_working_days(MONDAY.date(), n).isoformat(), "size": size // DAYS}
        for n in range(DAYS)
    ]
    await campaign.say(sample(CampaignApproved, arms=arms, waves=waves))
    await campaign.load(population_csv(size, 9, agents=True))
    await campaign.decide(CampaignLaunched, plan_version=1)
    killing = asyncio.create_task(campaign.kill(kills))
    passing = asyncio.create_task(campaign.days_pass())
    await until(campaign.status, lambda found: found.get("chunks", {}).get("finished", 0), "the first chunks", PATIENCE)
    for _ in range(2):
        await campaign.pause_and_resume()
    await campaign.say(sample(LinesToTakePublished, version=2))
    await asyncio.gather(killing, passing)
    await campaign.completed()


async def answer(campaign: Campaign) -> tuple[set[str], int]:
    """Letters that come back, and what control customers did in the end: reported twice, like everything."""
    ledger = campaign.ledger()
    returned = {entry["_id"] for entry in ledger if entry["state"] == "issued" and entry["row"] % 50 == 0}
    for reference in returned:
        await campaign.say(sample(DeliveryReported, reference=reference, state="returned"))
    fact = stored(OutcomesRecorded)["facts"][1]
    facts = [fact | {"id": new_id(), "customer": e["customer"]} for e in ledger if e["state"] == "control"]
    await campaign.say(sample(OutcomesRecorded, facts=facts))
    await until(
        heard(campaign, CommunicationsReturned), lambda count: count == len(returned), "the returned letters", PATIENCE
    )
    await until(heard(campaign, OutcomesAttributed), bool, "the outcomes' arms", PATIENCE)
    return returned, len(facts)


def heard(campaign: Campaign, kind: type[Contract]) -> Callable[[], Any]:
    async def count() -> int:
        await asyncio.sleep(0.2)
        return len(campaign.said(kind))

    return count


@pytest.mark.long
@pytest.mark.parametrize(("size", "kills", "crashes"), [(2_000, 1, CRASHES[:2]), (20_000, 10, CRASHES)])
async def test_ledger_print_files_and_events_agree_exactly(
    ground: Ground, amqp_url: str, tmp_path: Path, size: int, kills: int, crashes: tuple[str, ...]
) -> None:
    die_at = [f"--die-at={point}" for point in crashes]
    async with dispatchers(ground, amqp_url, tmp_path, *die_at, replicas=2) as campaign:
        await play(campaign, size, kills)
        returned, controls = await answer(campaign)
        reconciliation, audit = await campaign.look("dispatch/reconciliation"), await campaign.look("dispatch/audit")
        ledger = campaign.ledger()
    assert len(list((tmp_path / "markers").iterdir())) == len(crashes)
    assert campaign.repeats > DAYS / 2, "everything was said twice"
    assert audit["findings"] == {}
    assert reconciliation["tallies"]
    issued = {entry["_id"]: entry["arm"] for entry in ledger if entry["state"] == "issued"}
    printed = references(tmp_path, "customer")
    events = [c for event in campaign.said(CommunicationsIssued) for c in event.communications]
    assert Counter(printed) == Counter(issued.keys())
    assert Counter(references(tmp_path, "agent")) == Counter(entry["_id"] for entry in ledger if "copy" in entry)
    assert any("copy" in entry for entry in ledger)
    assert {c.reference: c.arm for c in events} == issued
    assert len(events) == len(issued)
    assert "control" not in issued.values()
    assert {event.reference for event in campaign.said(CommunicationsReturned)} == returned
    assert [fact.arm for event in campaign.said(OutcomesAttributed) for fact in event.facts] == ["control"] * controls
    (loaded,), (done,) = campaign.said(PopulationLoaded), campaign.said(DispatchCompleted)
    assert len(ledger) == loaded.eligible == size - done.rejected - done.suppressed
    assert len({entry["row"] for entry in ledger}) == len(ledger)
    assert sum(arm.issued for arm in done.arms) == len(issued)


def references(folder: Path, recipient: str) -> list[str]:
    return [record["letter_reference"] for record in letters(folder) if record["recipient"] == recipient]


def letters(folder: Path) -> list[dict[str, str]]:
    """All records of all print files that have a manifest, which must fit them."""
    found = []
    for manifest in sorted((Home(folder).letters / CAMPAIGN).glob("*.manifest.json")):
        said = json.loads(manifest.read_text())
        with (manifest.parent / said["file"]).open(newline="") as data:
            records = list(csv.DictReader(data))
        assert len(records) == said["records"]
        found += records
    return found
