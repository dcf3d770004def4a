"""Copies for agents stand in the print files after their letters, take room, and are held against the ledger."""

import json
from pathlib import Path

from deploy.local.operate.letters.print_files import file_findings, looked_into
from services.dispatcher.ledger.digest import AGENT as COPY
from services.dispatcher.ledger.digest import CUSTOMER, Digest, digest_of
from tests.dispatcher.given.agents import AGENT, printed_records
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.sending import Sending
from tests.support.inside import Inside

NAME = f"{CAMPAIGN}-000001"


async def test_copies_stand_after_their_letters_in_the_file_and_a_redo_leaves_the_same_bytes(
    unapproved: Inside, tmp_path: Path
) -> None:
    people = {2: {"agent": AGENT, "flags": frozenset({"large-print"})}, 5: {"agent": AGENT},
              7: {"name": "José\u2028Ó Briain"}}  # fmt: skip
    printed = Sending(unapproved, tmp_path, "print", people)
    await printed.send()
    folder = tmp_path / CAMPAIGN
    first = {each.name: each.read_bytes() for each in folder.iterdir()}
    await printed.send()
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == first
    records = printed_records(folder)
    assert [n for n, record in enumerate(records) if record["recipient"] == "agent"] == [2, 6]
    letter, copy = records[1:3]
    assert letter["letter_reference"] == copy["letter_reference"]
    assert (letter["name"], letter["format"]) == ("Gwenllian Ap Rhys", "large-print")
    assert (copy["name"], copy["address_2"], copy["postcode"], copy["format"]) == (
        "Tallowbridge and Pike", "Kirkhallow", "ZZ9 1AG", "standard",
    )  # fmt: skip
    manifest = json.loads(first[f"{NAME}.manifest.json"])
    assert (manifest["records"], manifest["totals"]) == (
        47,
        {"language": {"en": 47}, "format": {"large-print": 1, "standard": 46}, "arm": {"plain": 47},
         "recipient": {"agent": 2, "customer": 45}},
    )  # fmt: skip
    assert held_against(printed, folder, {2, 5}) == {}


async def test_copies_take_room_within_the_printers_limit(unapproved: Inside, tmp_path: Path) -> None:
    people = {row: {"agent": AGENT} for row in range(1, 6)}
    printed = Sending(unapproved, tmp_path, "print", people, print_limits={"a_day": 100})
    await printed.send()
    assert await unapproved.service.store["usage"].find_one({"_id": "print:2026-09-07"}, {"used": 1, "_id": 0}) == {
        "used": 50
    }


def held_against(printed: Sending, folder: Path, copied: set[int]) -> dict[str, int]:
    """The print files against a ledger by which the customers of these rows have a copy go to their agents."""
    of_all, of_some = printed.references(), printed.references(sorted(copied))
    digests = [
        Digest(1, "print", to, len(references), digest_of(references))
        for to, references in ((COPY, of_some), (CUSTOMER, of_all))
    ]
    return file_findings(folder, CAMPAIGN, looked_into(folder), digests)


async def test_faults_of_copies_in_print_files_are_found(unapproved: Inside, tmp_path: Path) -> None:
    printed = Sending(unapproved, tmp_path, "print", {2: {"agent": AGENT}, 5: {"agent": AGENT}})
    await printed.send()
    folder = tmp_path / CAMPAIGN
    assert held_against(printed, folder, {2, 5, 7}) == {"copied-but-not-printed": 1}
    assert held_against(printed, folder, {2}) == {"copy-not-in-the-ledger": 1}
    assert held_against(printed, folder, {2, 7}) == {"other-copies-than-in-the-ledger": 1}
    data = (folder / f"{NAME}.csv").read_bytes()
    (folder / f"{NAME}.csv").write_bytes(data.replace(b",agent\r\n", b",customer\r\n", 1))
    assert held_against(printed, folder, {2, 5}) == {
        "copied-but-not-printed": 1, "file-not-as-its-manifest-says": 1, "printed-twice": 1,
    }  # fmt: skip
