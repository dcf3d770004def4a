"""Restricted customers are neither written to nor taken into a population."""

from shared.contracts import CommunicationsIssued
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.known_customers import approve
from tests.dispatcher.given.people import file, row
from tests.dispatcher.given.subjects import OTHER, ask, in_arm, ledger, whom
from tests.support.clocks import NOON
from tests.support.inside import Inside


async def test_a_restricted_customer_is_neither_written_to_nor_taken_into_a_population(
    dispatcher: Inside, desk: Desk
) -> None:
    first, second = (await in_arm(desk, "plain"))[:2]
    for number in (first, first, second):  # once more changes nothing
        request = {"whom": whom(number), "reason": "accuracy-contested"}
        assert (await ask(dispatcher, "restrict", request)).status_code == 204
    assert (await ask(dispatcher, "lift", {"whom": whom(second), "reason": "settled"})).status_code == 204
    assert (await ask(dispatcher, "export", whom(first))).json()["restricted"] is True
    await desk.issue(*await desk.start(NOON))
    states = {number: (entry["state"], entry.get("reason")) for number, entry in (await ledger(desk)).items()}
    assert states[first] == ("suppressed-late", "restricted")
    assert states[second] == ("issued", None)
    assert f"Gwenllian Ap Rhys {first}" not in desk.printed()
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert [(tally.reason, tally.count) for tally in event.suppressed_late] == [("restricted", 1)]
    await approve(dispatcher, OTHER)
    async with dispatcher.caller("analyst") as analyst:
        loaded = await analyst.put(f"/v1/campaigns/{OTHER}/population", content=file([row(first), row(50)]))
    assert loaded.json()["suppressed"] == [{"reason": "restricted", "count": 1}]
    kept = [each async for each in dispatcher.service.store["restrictions"].find()]
    assert [(each["reason"], each["by"]) for each in kept] == [("accuracy-contested", "data-protection")]
