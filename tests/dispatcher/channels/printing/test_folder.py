"""The letter issuer's folder: whole files only, each with a manifest that fits, and a redo is the same to the byte."""

import asyncio
import csv
import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.dispatcher.channels.channel import Batch
from services.dispatcher.channels.printing.folder import PrintChannel
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.letters.communication import compose
from services.dispatcher.schedule.chunk import FileDigests
from shared.errors import Stale, Unavailable
from tests.dispatcher.given.cleared import NOBODY, Cleared, sent
from tests.dispatcher.given.people import CAMPAIGN, campaign, customer

PLAIN = campaign().plan.arms[1]
ISSUED_AT = datetime(2026, 9, 7, 6, 0, 4, tzinfo=UTC)
NAMES = ("Ann Jones", "Siân, the Elder", 'Pat "Two" Quotes', "José\u2028Ó Briain")
NAME = f"{CAMPAIGN}-000002"


def batch(chunk: int = 2) -> Batch:
    letters = [compose(campaign(), Recipient(row, customer(name=name)), PLAIN, b"k") for row, name in enumerate(NAMES)]
    return Batch(CAMPAIGN, chunk, "print", ISSUED_AT, letters)


def visible(folder: Path) -> dict[str, bytes]:
    """Returns the files that the letter issuer sees: those that are not hidden."""
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name[0] != "."}


def drafts(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


async def test_a_chunk_is_a_data_file_and_a_manifest_that_fits_it(tmp_path: Path) -> None:
    await sent(PrintChannel(tmp_path), batch())
    files = visible(tmp_path / CAMPAIGN)
    assert set(files) == {f"{NAME}.csv", f"{NAME}.manifest.json"}
    data = files[f"{NAME}.csv"]
    assert json.loads(files[f"{NAME}.manifest.json"]) == {
        "campaign": CAMPAIGN, "chunk": 2, "file": f"{NAME}.csv", "records": len(NAMES), "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "totals": {"language": {"en": 4}, "format": {"standard": 4}, "arm": {"plain": 4}, "recipient": {"customer": 4}},
        "issued_at": "2026-09-07T06:00:04+00:00",
    }  # fmt: skip


async def test_the_letters_are_in_it_just_as_they_were_composed(tmp_path: Path) -> None:
    await sent(PrintChannel(tmp_path), batch())
    with (tmp_path / CAMPAIGN / f"{NAME}.csv").open(newline="", encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    assert [record["name"] for record in records] == list(NAMES)
    for record, letter in zip(records, batch().communications, strict=True):
        assert (record["letter_reference"], record["body"]) == (letter.reference, letter.body)
        assert (record["address_1"], record["address_4"], record["postcode"]) == ("1 Quillfeather Lane", "", "ZZ1 1ZZ")


async def test_a_redo_leaves_the_same_bytes(tmp_path: Path) -> None:
    await sent(PrintChannel(tmp_path), batch())
    first = visible(tmp_path)
    await sent(PrintChannel(tmp_path), batch(chunk=3))
    (tmp_path / CAMPAIGN / f"{NAME}.csv").write_bytes(b"half of it")  # as a disk might leave it
    await sent(PrintChannel(tmp_path), batch())
    assert {name: data for name, data in visible(tmp_path).items() if name in first} == first
    assert len(visible(tmp_path)) == 4


@pytest.mark.parametrize(
    ("syncs", "seen"),
    [(0, set()), (1, set()), (2, {f"{NAME}.csv"}), (3, {f"{NAME}.csv", f"{NAME}.manifest.json"})],
)
async def test_a_failure_half_way_leaves_no_half_file_and_no_manifest_without_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syncs: int, seen: set[str]
) -> None:
    """The disk is full, or the process dies, at any of the files and folders to be made sure of."""
    done = 0

    def sync(descriptor: int) -> None:
        nonlocal done
        done += 1
        if done > syncs:
            raise OSError(28, "no space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", sync)
        with pytest.raises(Unavailable, match="ENOSPC"):
            await sent(PrintChannel(tmp_path), batch())
    found = visible(tmp_path)
    assert set(found) == seen
    assert drafts(tmp_path) == [], "tries do not fill the disk"
    await sent(PrintChannel(tmp_path), batch())
    assert {name: visible(tmp_path)[name] for name in found} == found


class Overtaken(Cleared):
    """Another process has settled the batch meanwhile; `seen` is what the letter issuer saw before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seen: dict[str, bytes] = {}

    async def handing_over(self, files: FileDigests | None = None) -> None:
        self.seen = visible(self._folder)
        raise Stale("settled by somebody else meanwhile")


async def test_a_slow_worker_leaves_the_files_of_the_one_who_was_faster(tmp_path: Path) -> None:
    await sent(PrintChannel(tmp_path), batch())
    before, slow = visible(tmp_path), replace(batch(), communications=batch().communications[1:])
    with pytest.raises(Stale):
        async with PrintChannel(tmp_path).reserved(slow, NOBODY) as way:
            await way.send(slow, clearance := Overtaken(tmp_path))
    assert visible(tmp_path) == clearance.seen == before
    assert drafts(tmp_path) == []


async def test_letters_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    await sent(PrintChannel(tmp_path), batch())
    assert (tmp_path / CAMPAIGN).stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / CAMPAIGN).iterdir())


async def test_two_who_write_the_same_file_at_once_do_not_share_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins and ends while the first is about to make sure of its data."""
    sync, others = os.fsync, [PrintChannel(tmp_path)]

    def overtaken(descriptor: int) -> None:
        if others:
            asyncio.run(sent(others.pop(), batch()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", overtaken)
    await sent(PrintChannel(tmp_path), batch())
    assert others == []
    files = visible(tmp_path)
    assert hashlib.sha256(files[f"{NAME}.csv"]).hexdigest() == json.loads(files[f"{NAME}.manifest.json"])["sha256"]
