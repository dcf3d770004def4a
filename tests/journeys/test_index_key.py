"""A campaign under way while the index key is rotated: everything is found as before, and by no earlier key."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack.keyring import add_index_key
from services.dispatcher.schedule import chunk
from shared.contracts import (
    CommunicationsIssued,
    OutcomeCorrected,
    OutcomesAttributed,
    OutcomesRecorded,
    UnitOutcomes,
    UnitsAllocated,
    UnitsSettled,
)
from shared.customers.generations import generation_of
from shared.customers.token import customer_index, customer_token, unit_token
from shared.protection import load_keyring
from shared.storage.store import NotMigrated
from tests.dispatcher.given.decisions import TUESDAY, WAVES
from tests.dispatcher.given.desk import heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.subjects import ask
from tests.intake.given.letters import CALLED, report, send, send_in_a_stream
from tests.intake.given.outcomes import outcome, post
from tests.intake.given.subjects import protect
from tests.journeys.rotated import (
    OF_THE_CAMPAIGN,
    SEEN_BY_NOBODY_ELSE,
    Both,
    Ground,
    Killed,
    approved,
    customer,
    dying,
    holding,
    whom,
)
from tests.support.clocks import NOON
from tests.support.inside import Corner

OTHER = "OTM-26-0043"
CUSTOMERS = range(1, 61)


class Story:
    """Events of before the rotation, as far as they are asked for after it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.before = load_keyring(ground.corner.home.keyring)
        self.letters: dict[int, str] = {}
        self.controls: list[int] = []
        self.later: list[int] = []
        self.on_their_way: list[CommunicationsIssued] = []
        self.units: dict[int, str] = {}
        self.exports: dict[str, Any] = {}
        self.outcome = ""

    @property
    def caller(self) -> int:
        return min(self.letters)

    @property
    def second(self) -> int:
        return sorted(self.letters)[1]

    async def happen(self, both: Both) -> None:
        await both.begin(approved(CAMPAIGN, waves=WAVES), CUSTOMERS)
        self.units = {n: unit_token(self.before, CAMPAIGN, customer_token(self.before, customer(n))) for n in CUSTOMERS}
        assert {each.unit for said in both.desk.spoken.of(UnitsAllocated) for each in said.units} == {
            *self.units.values()
        }
        await both.desk.issue(*await both.desk.start(NOON))
        entries = await both.letters(CAMPAIGN)
        self.letters = {n: entry["_id"] for n, entry in entries.items() if entry["state"] == "issued"}
        self.controls = [n for n, entry in entries.items() if entry["state"] == "control"]
        arms = [c async for c in both.desk.store["chunks"].find()]
        planned = {r: a for c in arms for r, a in zip(c["rows"], c["arms"], strict=True)}
        self.later = [n for n in CUSTOMERS if n not in entries and planned[n] == "plain"]
        *told, last = both.desk.spoken.of(CommunicationsIssued)
        await both.hear(*told)
        self.on_their_way = [last]
        await self._people(both)

    async def _people(self, both: Both) -> None:
        """Somebody rings, twice, once by a helpline's stream; one died, one is restricted; one paid, in either arm."""
        letter, second = self.letters[self.caller], self.letters[self.second]
        assert await both.look_up(whom(self.caller)) == [letter]
        await send(both.intake, report(letter_reference=letter, reason="complaint", **whom(self.second)))
        await send_in_a_stream(both.intake, report(letter_reference=second, note="Rang", **whom(self.second)))
        await send_list(both.dispatcher, "deaths", line(self.later[0]))
        restriction = {"whom": whom(self.later[1]), "reason": "accuracy-contested"}
        assert (await ask(both.dispatcher, "restrict", restriction)).is_success
        assert (await protect(both.intake, "restrictions", restriction)).is_success
        recorded = await post(both.intake, _paid(self.controls[0]), path="")
        self.outcome = recorded.json()["id"]
        for number in (self.caller, self.second):
            for service in (both.intake, both.dispatcher):
                self.exports[f"{number} {service.service.name}"] = await _export(both, service, whom(number))


def _paid(number: int) -> bytes:
    return json.dumps(outcome(letter_reference=None, campaign=CAMPAIGN, **whom(number))).encode()


async def _export(both: Both, service: Any, who: dict[str, Any]) -> dict[str, Any]:
    asked = protect(service, "exports", who) if service is both.intake else ask(service, "export", who)
    found: dict[str, Any] = (await asked).json()
    return found


@pytest.fixture
async def story(tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(CALLED)
    story = Story(Ground(corner, tmp_path))
    async with story.ground.both() as both:
        await story.happen(both)
    add_index_key(corner.home)
    return story


async def test_before_the_lift_no_service_is_ready_and_a_lift_that_is_killed_goes_on(story: Story) -> None:
    for service in story.ground.services():
        with pytest.raises(NotMigrated, match=r"migration index-2-\w+ not run.*otm migrate run"):
            await service.store.verify()
        service.store.close()
    for name in ("letters", "contacts", "restrictions", "recipients", "last_contacted"):
        for store in story.ground.stores(dying(name, 1)).values():
            try:
                await store.migrator.run()
            except Killed:
                assert (await store.migrator.pending()).words
            store.close()
    for store in story.ground.stores().values():
        for _ in range(2):
            await store.migrator.run()
        await store.verify()
        for each in (await store.migrator.pending()).data:
            await store.migrator.again(each.name)
        await store.migrator.run()
        store.close()
    await _nothing_by_the_first_key(story)
    async with story.ground.both() as both:
        assert await both.look_up(whom(story.caller)) == [story.letters[story.caller]]


async def _nothing_by_the_first_key(story: Story) -> None:
    now, contents = load_keyring(story.ground.corner.home.keyring), await story.ground.contents()
    for number in CUSTOMERS:
        known = customer(number)
        first = bytes.fromhex(customer_token(story.before, known))
        assert holding(contents, first) <= {*SEEN_BY_NOBODY_ELSE, *OF_THE_CAMPAIGN}
        assert holding(contents, customer_index(story.before, known)) == set()
        assert "recipients" in holding(contents, customer_index(now, known))


async def test_a_campaign_goes_on_as_if_nothing_had_happened(story: Story) -> None:
    async with story.ground.both() as both:
        await both.hear(*story.on_their_way)
        assert sorted(story.letters.values()) == sorted(
            [d["_id"] async for d in both.intake.service.store["letters"].find()]
        )
        await both.desk.issue(*await both.desk.start(TUESDAY))
        said = both.desk.spoken.of(CommunicationsIssued)
        assert {event.generation for event in said} == {1}
        await both.hear(*said)
        await _letters_are_found(story, both)
        await _units_are_those_of_before(story, both)


async def _letters_are_found(story: Story, both: Both) -> None:
    entries = await both.letters(CAMPAIGN)
    dead, restricted, *written = story.later
    assert [entries[n]["state"] for n in (dead, restricted)] == ["suppressed-late"] * 2
    assert [entries[n]["reason"] for n in (dead, restricted)] == ["deceased", "restricted"]
    for number in (*story.letters, *written):
        letter = entries[number]["_id"]
        assert await both.look_up(whom(number)) == await both.look_up({"letter_reference": letter}) == [letter]
    kept = [row["customer"] async for row in both.intake.service.store["letters"].find()]
    assert {generation_of(token) for token in kept} == {2}


async def _units_are_those_of_before(story: Story, both: Both) -> None:
    settled = {unit.unit for event in both.desk.spoken.of(UnitsSettled) for unit in event.units}
    entries = await both.letters(CAMPAIGN)
    assert settled == {story.units[n] for n in entries if entries[n]["at"].date() > date(2026, 9, 7)}
    async with both.intake.caller("analyst") as analyst:
        change = {"outcome": "paid", "amount_pence": 5, "on": "2026-10-02", "why": "mistyped"}
        assert (await analyst.post(f"/v1/outcomes/{story.outcome}/corrections", json=change)).is_success
    for number in (story.later[2], story.controls[1], story.second):
        assert (await post(both.intake, _paid(number), path="")).is_success
    by_letter = json.dumps(outcome(letter_reference=story.letters[story.caller])).encode()
    assert (await post(both.intake, by_letter, path="")).is_success
    for envelope in await both.intake.said():  # among them what was said before the rotation
        if envelope.type == OutcomesRecorded.event_type:
            await both.desk.hear.attribute_outcomes(heard(OutcomesRecorded.model_validate_json(envelope.body)))
        elif envelope.type == OutcomeCorrected.event_type:
            await both.desk.hear.correct_outcome(heard(OutcomeCorrected.model_validate_json(envelope.body)))
    told = [each.unit for event in both.desk.spoken.of(UnitOutcomes) for each in event.outcomes]
    numbers = (story.controls[0], story.controls[0], story.later[2], story.controls[1], story.second, story.caller)
    assert sorted(told) == sorted(story.units[n] for n in numbers)
    arms = [fact.arm for event in both.desk.spoken.of(OutcomesAttributed) for fact in event.facts]
    assert arms == ["control", "control"]


async def test_the_next_campaign_is_by_the_new_key_alone_and_leaves_alone_whom_the_first_wrote_to(
    story: Story,
) -> None:
    async with story.ground.both() as both:
        numbers = [*sorted(story.letters)[:5], *story.later[:2], *range(101, 121)]
        loaded = await both.begin(approved(OTHER, waves=WAVES, generation=2), numbers)
        left_out = {each["reason"]: each["count"] for each in loaded["suppressed"]}
        assert left_out == {"recently-contacted": 5, "deceased": 1, "restricted": 1}


async def test_a_customer_is_told_everything_by_any_name_and_is_erased_everywhere(story: Story) -> None:
    async with story.ground.both() as both:
        for number in (story.caller, story.second):
            for service in (both.intake, both.dispatcher):
                before = story.exports[f"{number} {service.service.name}"]
                for who in (whom(number), {"letter_reference": story.letters[number]}):
                    found = await _export(both, service, who)
                    assert found["holdings"] == before["holdings"]
                    assert [each for each in before["seen_by"] if each not in found["seen_by"]] == []
        restricted = await protect(both.intake, "erasures", {"whom": whom(story.later[1]), "ground": "objection"})
        assert restricted.status_code == 409
        erasure = {"whom": whom(story.second), "ground": "objection"}
        assert (await protect(both.intake, "erasures", erasure)).json()["erased"]["contacts"] == 2
        assert (await ask(both.dispatcher, "erase", erasure)).json()["erased"] == {"population": 1}
        for service in (both.intake, both.dispatcher):
            assert await service.service.store.database["audit_written"].count_documents({}) > 0
