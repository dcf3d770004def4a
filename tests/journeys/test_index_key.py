"""A campaign under way while the index key is rotated: everything is found as before, and by no earlier key."""

import json
from datetime import date
from pathlib import Path

import pytest

from deploy.local.stack.keyring import add_index_key
from services.dispatcher.schedule import chunk
from shared.contracts import (
    CommunicationsIssued,
    OutcomeCorrected,
    OutcomesAttributed,
    OutcomesRecorded,
    UnitOutcomes,
    UnitsSettled,
)
from shared.customers.generations import generation_of
from shared.customers.token import customer_index, customer_token
from shared.protection import load_keyring
from shared.storage.store import NotMigrated
from tests.dispatcher.given.decisions import TUESDAY, WAVES
from tests.dispatcher.given.desk import heard
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.subjects import ask
from tests.intake.given.letters import CALLED
from tests.intake.given.outcomes import outcome, post
from tests.intake.given.subjects import protect
from tests.journeys.before_rotation import CUSTOMERS, Story, export, paid
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
from tests.support.inside import Corner

OTHER = "OTM-26-0043"


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
        assert (await post(both.intake, paid(number), path="")).is_success
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
                    found = await export(both, service, who)
                    assert found["holdings"] == before["holdings"]
                    assert [each for each in before["seen_by"] if each not in found["seen_by"]] == []
        restricted = await protect(both.intake, "erasures", {"whom": whom(story.later[1]), "ground": "objection"})
        assert restricted.status_code == 409
        erasure = {"whom": whom(story.second), "ground": "objection"}
        assert (await protect(both.intake, "erasures", erasure)).json()["erased"]["contacts"] == 2
        assert (await ask(both.dispatcher, "erase", erasure)).json()["erased"] == {"population": 1}
        for service in (both.intake, both.dispatcher):
            assert await service.service.store.database["audit_written"].count_documents({}) > 0
