"""The audit makes again what it audits: no file is right because its own manifest says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.contracts import CampaignStopped, CommunicationsIssued
from tests.dispatcher.given.auditing import audited
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.ledger.test_audit import OTHERWISE, rewritten
from tests.support.inside import Inside
from tests.support.samples import sample

CHUNK = f"{CAMPAIGN}-000001"
MANIFEST = f"{CHUNK}.manifest.json"


def data(letters: Path) -> str:
    return (letters / CAMPAIGN / f"{CHUNK}.csv").read_text()


REWRITTEN = {"address": ("ZZ1 1ZZ", "ZZ9 9ZZ"), "words": ("Dear ", "Sir "), "format": (",standard,", ",braille,")}


async def test_a_letter_rewritten_with_its_manifest_is_found(issued: Desk, unapproved: Inside, tmp_path: Path) -> None:
    files = [tmp_path / "letters" / CAMPAIGN / name for name in (f"{CHUNK}.csv", MANIFEST)]
    as_they_were = [file.read_bytes() for file in files]
    for what, (old, new) in REWRITTEN.items():
        assert old in data(tmp_path / "letters"), what
        rewritten(tmp_path / "letters", 1, old, new)
        assert (await audited(unapproved, tmp_path / "letters")).items() - {
            ("file-not-as-its-manifest-says", 1)
        } == OTHERWISE.items(), what
        for file, content in zip(files, as_they_were, strict=True):
            file.write_bytes(content)


async def test_two_letters_with_each_others_references_are_found(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    first, second = (c.reference for c in issued.spoken.of(CommunicationsIssued)[0].communications[:2])
    chunk = issued.spoken.of(CommunicationsIssued)[0].chunk
    for old, new in ((first, "%%"), (second, first), ("%%", second)):
        rewritten(tmp_path / "letters", chunk, old, new)
    assert await audited(unapproved, tmp_path / "letters") == OTHERWISE


def _changed(**changes: Any) -> Callable[[bytes], bytes]:
    return lambda manifest: json.dumps(json.loads(manifest) | changes, indent=2).encode() + b"\n"


MANIFESTS: dict[str, Callable[[bytes], bytes]] = {
    "totals": _changed(totals={"language": {"cy": 10}, "format": {}, "arm": {}, "recipient": {"customer": 10}}),
    "file": _changed(file="another.csv"),
    "empty": lambda _: b"{}",
    "list": lambda _: b"[]",
    "binary": lambda _: bytes(range(256)),
    "deep": lambda _: b"[" * 100_000,
}


async def test_a_manifest_that_was_changed_is_a_finding_and_no_traceback(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    manifest = tmp_path / "letters" / CAMPAIGN / MANIFEST
    as_it_was = manifest.read_bytes()
    for what, change in MANIFESTS.items():
        manifest.write_bytes(change(as_it_was))
        found = await audited(unapproved, tmp_path / "letters")
        assert found == {"file-not-as-its-manifest-says": 1, "manifest-not-as-handed-over": 1}, what
    manifest.write_bytes(_changed(issued_at="2026-09-06T09:00:00+00:00")(as_it_was))
    assert await audited(unapproved, tmp_path / "letters") == {"manifest-not-as-handed-over": 1}


async def test_what_lies_beside_the_files_is_found(issued: Desk, unapproved: Inside, tmp_path: Path) -> None:
    folder = tmp_path / "letters" / CAMPAIGN
    (folder / f"{CAMPAIGN}-000099.csv").write_text("letter_reference\n")
    (folder / f".{CHUNK}.csv.a-writer.part").write_text("letter_reference\n")
    (folder / "stray.manifest.json").write_text("{}")
    assert await audited(unapproved, tmp_path / "letters") == {
        "draft-left-behind": 1,
        "file-not-as-its-manifest-says": 1,
        "file-without-manifest": 1,
    }


async def test_a_field_of_any_length_is_a_finding_and_no_traceback(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    rewritten(tmp_path / "letters", 1, "Dear ", "x" * 200_000)
    assert await audited(unapproved, tmp_path / "letters") == OTHERWISE


async def test_customers_whose_arms_were_exchanged_in_the_store_are_found_by_the_seed(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    store = unapproved.service.store
    chunk = await store["chunks"].find_one({"number": 1})
    assert chunk is not None
    control, plain = (chunk["arms"].index(arm) for arm in ("control", "plain"))
    chunk["arms"][control], chunk["arms"][plain] = "plain", "control"
    await store["chunks"].update_one({"_id": chunk["_id"]}, {"$set": {"arms": chunk["arms"]}})
    found = await audited(unapproved, tmp_path / "letters")
    assert found["not-the-arm-of-the-seed"] == 2
    assert found["not-as-made-again"] == 1, "the file that was handed over had the right ones"


async def test_a_letter_in_a_chunk_of_no_wave_and_a_customer_of_no_population_are_found(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    ledger, chunks = (unapproved.service.store[name] for name in ("communications", "chunks"))
    letter = await ledger.find_one({"state": "issued"})
    assert letter is not None
    await ledger.insert_one(letter | {"_id": "7KM2X-Q4R9E", "chunk": 77})
    await chunks.update_one({"number": 2}, {"$push": {"rows": 999, "arms": "plain"}})
    found = await audited(unapproved, tmp_path / "letters")
    assert (found["in-no-wave"], found["not-in-the-population"]) == (1, 1)


async def test_files_of_which_no_digests_were_kept_are_held_against_those_made_again(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    await unapproved.service.store["chunks"].update_many({}, {"$unset": {"files": ""}})
    assert await audited(unapproved, tmp_path / "letters") == {}
    rewritten(tmp_path / "letters", 1, "Dear ", "Sir ")
    assert await audited(unapproved, tmp_path / "letters") == OTHERWISE


async def reconciled(dispatcher: Inside) -> dict[str, Any]:
    async with dispatcher.caller("operator") as operator:
        found: dict[str, Any] = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/dispatch/reconciliation")).json()
    return found


async def test_what_waits_is_left_and_what_nothing_explains_is_a_finding(issued: Desk, unapproved: Inside) -> None:
    store = unapproved.service.store
    ledger, chunks = store["communications"], store["chunks"]
    letter, control = await ledger.find_one({"state": "issued"}), await ledger.find_one({"state": "control"})
    assert letter
    assert control
    waiting = await ledger.count_documents({"chunk": letter["chunk"], "state": "issued"})
    await chunks.update_one({"number": letter["chunk"]}, {"$set": {"out": [], "finished": False}})
    found = await reconciled(unapproved)
    assert (found["left"], found["findings"], found["tallies"]) == (waiting, {}, False)
    await ledger.insert_one(letter | {"_id": "7KM2X-Q4R9E"})
    assert (await reconciled(unapproved))["findings"] == {"twice-in-the-ledger": 1}
    await ledger.delete_one({"_id": "7KM2X-Q4R9E"})
    await chunks.update_one({"number": letter["chunk"]}, {"$set": {"out": ["print"], "finished": True}})
    await ledger.update_one({"_id": control["_id"]}, {"$set": {"state": "issued"}})
    found = await reconciled(unapproved)
    assert (found["left"], found["findings"], found["tallies"]) == (0, {"control-issued": 1}, False)


async def test_a_stopped_campaign_tallies_with_what_was_cancelled(issued: Desk, unapproved: Inside) -> None:
    store = unapproved.service.store
    chunk = await store["chunks"].find_one({"number": 1})
    assert chunk is not None
    await store["communications"].delete_many({"chunk": 1})
    await store["chunks"].update_one({"_id": chunk["_id"]}, {"$set": {"out": [], "finished": False, "settled": {}}})
    await issued.decided(sample(CampaignStopped))
    found = await reconciled(unapproved)
    assert (found["left"], found["cancelled"], found["tallies"]) == (0, len(chunk["rows"]), True)
