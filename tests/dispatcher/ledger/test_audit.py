"""The ledger held against what was assigned, and the letters that went out held against the ledger, one by one."""

import csv
import hashlib
import io
import json
from pathlib import Path

from shared.contracts import CommunicationsIssued
from tests.dispatcher.given.auditing import audited
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.people import CAMPAIGN
from tests.support.inside import Inside

OF_IT = f"/v1/campaigns/{CAMPAIGN}/dispatch"
NOBODYS = "7KM2X-Q4R9E"
OTHERWISE = {"file-not-as-handed-over": 1, "manifest-not-as-handed-over": 1}
"""Findings for a file that somebody rewrote, and its manifest with it."""


async def digests(dispatcher: Inside) -> list[dict[str, str]]:
    async with dispatcher.caller("operator") as operator:
        answer = await operator.get(f"{OF_IT}/digests")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_the_audit_finds_whatever_is_not_as_it_was_assigned(issued: Desk, unapproved: Inside) -> None:
    assert (await looked(unapproved))["findings"] == {}
    ledger = unapproved.service.store["communications"]
    control = await ledger.find_one({"state": "control"})
    letters = [entry async for entry in ledger.find({"state": "issued"}).limit(2)]
    assert control is not None
    await ledger.update_one({"_id": control["_id"]}, {"$set": {"state": "issued", "arm": "plain"}})
    await ledger.delete_one({"_id": letters[0]["_id"]})
    await ledger.insert_one(letters[1] | {"_id": NOBODYS})
    assert await looked(unapproved) == {
        "campaign": CAMPAIGN, "well": False,
        "findings": {"control-issued": 1, "in-another-arm": 1, "missing-in-the-ledger": 1, "twice-in-the-ledger": 1,
                     "wrong-reference": 2},
        "issued": {"print": {"communications": 40, "agent_copies": 0}},
    }  # fmt: skip


async def looked(dispatcher: Inside) -> dict[str, object]:
    async with dispatcher.caller("operator") as operator:
        found: dict[str, object] = (await operator.get(f"{OF_IT}/audit")).json()
    return found


async def test_digests_computed_from_letters_or_events_are_those_of_the_ledger(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    said = {
        event.chunk: [c.reference for c in event.communications] for event in issued.spoken.of(CommunicationsIssued)
    }
    found = await digests(unapproved)
    assert [int(each["chunk"]) for each in found] == sorted(said)
    for each in found:
        file = tmp_path / "letters" / CAMPAIGN / f"{CAMPAIGN}-{int(each['chunk']):06d}.csv"
        with file.open(newline="") as text:
            printed = sorted(record["letter_reference"] for record in csv.DictReader(text))
        digest = hashlib.sha256("".join(f"{reference}\n" for reference in printed).encode()).hexdigest()
        assert each == {
            "chunk": each["chunk"], "channel": "print", "recipient": "customer", "references": str(len(printed)),
            "sha256": digest,
            "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "manifest_sha256": hashlib.sha256(file.with_suffix(".manifest.json").read_bytes()).hexdigest(),
        }  # fmt: skip
        assert printed == sorted(said[int(each["chunk"])])


def rewritten(letters: Path, chunk: int, old: str, new: str) -> None:
    """Changes a print file and makes the manifest fit, as a knowing forger would."""
    data, manifest = (letters / CAMPAIGN / f"{CAMPAIGN}-{chunk:06d}{ending}" for ending in (".csv", ".manifest.json"))
    data.write_bytes(data.read_bytes().replace(old.encode(), new.encode()))
    sha256 = hashlib.sha256(data.read_bytes()).hexdigest()
    said = json.loads(manifest.read_bytes()) | {"sha256": sha256, "bytes": data.stat().st_size}
    manifest.write_text(json.dumps(said))


async def test_a_letter_that_was_printed_in_place_of_another_is_found(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    assert await audited(unapproved, letters) == {}
    first, second = issued.spoken.of(CommunicationsIssued)[:2]
    ours, theirs = (event.communications[0].reference for event in (first, second))
    rewritten(letters, first.chunk, ours, NOBODYS)
    assert await audited(unapproved, letters) == OTHERWISE | {"other-letters-than-issued": 1}
    rewritten(letters, first.chunk, NOBODYS, theirs)  # which the second chunk has as well
    assert await audited(unapproved, letters) == OTHERWISE | {"other-letters-than-issued": 1}
    rewritten(letters, first.chunk, theirs, first.communications[1].reference)
    assert await audited(unapproved, letters) == OTHERWISE | {"issued-but-not-printed": 1, "printed-twice": 1}


async def test_a_file_of_a_chunk_that_is_not_out_is_found_and_what_waits_is_in_no_digest(
    issued: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    chunk = issued.spoken.of(CommunicationsIssued)[0]
    waiting = {"$set": {"out": [], "finished": False}}
    await unapproved.service.store["chunks"].update_one({"number": chunk.chunk}, waiting)
    assert str(chunk.chunk) not in {each["chunk"] for each in await digests(unapproved)}
    assert await audited(unapproved, tmp_path / "letters") == {"printed-but-not-issued": len(chunk.communications)}
