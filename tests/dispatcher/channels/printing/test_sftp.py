"""Print files are pushed by SFTP whole, named once their hand-over is recorded, and to the agreed server alone."""

import asyncio
import hashlib
import json
from pathlib import Path

import asyncssh
import pytest

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.printing.sftp import SftpRefused
from services.dispatcher.schedule.chunk import FileDigests
from shared.errors import Stale
from tests.dispatcher.given.sending import CUSTOMERS, Sending
from tests.support.inside import Inside
from tests.support.sftp import sftp_server

NAME = "OTM-26-0042-000001"


async def test_print_files_are_pushed_whole_and_again_the_same(unapproved: Inside, tmp_path: Path) -> None:
    kept = Sending(unapproved, tmp_path / "kept", "print")
    async with sftp_server(tmp_path) as server:
        pushed = Sending(unapproved, tmp_path, "print", sftp=server.settings)
        await pushed.send()
        await pushed.send()
        await kept.send()
        there = {f.name: f.read_bytes() for f in (server.files / "in" / "OTM-26-0042").iterdir()}
    here = {f.name: f.read_bytes() for f in (tmp_path / "kept" / "OTM-26-0042").iterdir()}
    assert there == here
    assert set(there) == {f"{NAME}.csv", f"{NAME}.manifest.json"}
    assert json.loads(there[f"{NAME}.manifest.json"])["records"] == CUSTOMERS


async def test_what_is_pushed_has_no_name_before_the_hand_over_is_recorded(unapproved: Inside, tmp_path: Path) -> None:
    async with sftp_server(tmp_path) as server:
        slow = Sending(unapproved, tmp_path, "print", sftp=server.settings)
        named = list[str]()

        async def overtaken(files: FileDigests | None = None) -> None:
            named.extend(f.name for f in (server.files / "in" / "OTM-26-0042").iterdir() if not f.name.startswith("."))
            raise Stale("settled by somebody else meanwhile")

        slow.handing_over = overtaken  # type: ignore[method-assign]
        with pytest.raises(Stale):
            await slow.send()
        assert named == []
        assert list((server.files / "in" / "OTM-26-0042").iterdir()) == []


async def test_two_who_push_the_same_chunk_at_once_both_push_it_whole(unapproved: Inside, tmp_path: Path) -> None:
    async with sftp_server(tmp_path) as server:
        workers = [Sending(unapproved, tmp_path, "print", sftp=server.settings) for _ in range(4)]
        await asyncio.gather(*(worker.send() for worker in workers))
        there = {f.name: f.read_bytes() for f in (server.files / "in" / "OTM-26-0042").iterdir()}
    assert set(there) == {f"{NAME}.csv", f"{NAME}.manifest.json"}
    manifest = json.loads(there[f"{NAME}.manifest.json"])
    assert hashlib.sha256(there[f"{NAME}.csv"]).hexdigest() == manifest["sha256"]


async def test_a_server_that_is_not_the_agreed_one_or_does_not_know_us_gets_nothing(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with sftp_server(tmp_path) as server:
        other = tmp_path / "other"
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(other))
        (tmp_path / "nobody").write_text("")
        for wrong in ({"private_key": other}, {"known_hosts": tmp_path / "nobody"}):
            with pytest.raises(SftpRefused):
                await Sending(unapproved, tmp_path, "print", sftp=server.settings | wrong).send()
        assert list(server.files.iterdir()) == []
    with pytest.raises(Deferred):  # it is gone: later, then
        await Sending(unapproved, tmp_path, "print", sftp=server.settings).send()
