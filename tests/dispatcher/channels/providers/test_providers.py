"""Letters by SFTP, e-mail by SMTP, and batches to a third party, each against a real server on this machine."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.printing.sftp import SftpRefused
from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.channels.providers.third_party import BatchRefused, signature
from services.dispatcher.customers.agent import Agent
from services.dispatcher.schedule.chunk import FileDigests
from shared.errors import OtmError, Stale
from tests.dispatcher.given.sending import CUSTOMERS, Killed, Sending
from tests.support.certificates import certificate
from tests.support.inside import Inside
from tests.support.sftp import sftp_server
from tests.support.smtp import post_office

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


def smtp(port: int) -> dict[str, Any]:
    return {"smtp": {"host": "127.0.0.1", "port": port, "sender": "tax@authority.example", "start_tls": False}}


async def test_an_e_mail_is_plain_text_and_html_and_the_same_message_on_every_try(
    unapproved: Inside, tmp_path: Path
) -> None:
    people = {1: {"name": "Ann <b>*Bold*</b>"}}
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", people, **smtp(office.port)).recorded()
        await mail.send()
        await mail.send()
    assert len(office.messages) == CUSTOMERS
    assert len({message["Message-ID"] for message in office.messages}) == CUSTOMERS
    (first,) = [m for m in office.messages if m["To"] == "c1@example.org"]
    plain, html = (part.get_content() for part in first.iter_parts())
    assert "Dear Ann <b>*Bold*</b>" in plain
    assert "Dear Ann &lt;b&gt;*Bold*&lt;/b&gt;" in html, "what a customer is called is never formatted"
    assert "<strong>30 October 2026</strong>" in html
    assert set((await mail.outcomes()).values()) == {"issued"}


async def test_a_name_that_is_written_as_an_encoded_header_adds_none_to_a_customers_mail(
    unapproved: Inside, tmp_path: Path
) -> None:
    name = "=?utf-8?q?a=0D=0ABcc=3A_evil=40evil.example=0D=0A=0D=0A?="
    async with post_office() as office:
        mail = Sending(unapproved, tmp_path, "email", **smtp(office.port))
        mail.letters = [replace(letter, subject=f"For {name}") for letter in mail.letters]
        await (await mail.recorded()).send()
    (first,) = [m for m in office.messages if m["To"] == "c1@example.org"]
    assert first["Bcc"] is None
    assert str(first["Subject"]) == f"For {name}"


async def test_an_e_mail_that_may_have_gone_before_a_crash_is_not_sent_again(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        with pytest.raises(Killed):
            await mail.send("results")
        mail.restarted()
        with pytest.raises(Deferred, match=f"{GROUP_SIZE} in doubt"):
            await mail.send()
        mail.clock.move(days=6)
        await mail.send()
    assert len(office.messages) == len({m["Message-ID"] for m in office.messages}) == CUSTOMERS
    assert Counter((await mail.outcomes()).values()) == {"unconfirmed": GROUP_SIZE, "issued": CUSTOMERS - GROUP_SIZE}


@pytest.mark.parametrize(("command", "in_doubt"), [("MAIL", 0), ("RCPT", 0), ("DATA", GROUP_SIZE)])
async def test_an_e_mail_is_in_doubt_once_the_message_itself_is_on_its_way(
    unapproved: Inside, tmp_path: Path, command: str, in_doubt: int
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers[command] = "HANG UP"
        with pytest.raises(Deferred):
            await mail.send()
        del office.answers[command]
        mail.clock.move(days=6)
        await mail.send()
    assert Counter((await mail.outcomes()).values())["unconfirmed"] == in_doubt
    assert len(office.messages) == CUSTOMERS - in_doubt


async def test_a_mail_server_that_is_busy_is_tried_later_and_one_that_refuses_is_not(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers["RCPT"] = "451 later"
        with pytest.raises(Deferred):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        office.answers["RCPT"] = "550 nobody here"
        mail.clock.move(minutes=30)
        await mail.send()
    assert office.messages == []
    assert set((await mail.outcomes()).values()) == {"refused"}


async def test_a_sender_that_is_refused_is_our_fault_and_nobody_goes_without_by_it(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with post_office() as office:
        mail = await Sending(unapproved, tmp_path, "email", **smtp(office.port)).recorded()
        office.answers["MAIL"] = "550 we do not know you"
        with pytest.raises(Deferred, match="does not take mail from us: 550"):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        del office.answers["MAIL"]
        mail.restarted()
        await mail.send()
    assert len(office.messages) == CUSTOMERS
    assert set((await mail.outcomes()).values()) == {"issued"}


async def test_e_mails_go_encrypted_to_the_server_that_it_should_be_or_not_at_all(
    unapproved: Inside, tmp_path: Path
) -> None:
    ours = certificate(tmp_path)
    over_tls = {"host": "localhost", "sender": "tax@authority.example"}
    async with post_office() as plain, post_office(ours.serving()) as office:
        mail = await Sending(unapproved, tmp_path, "email", smtp=over_tls | {"port": plain.port}).recorded()
        with pytest.raises(Deferred, match="cannot be reached"):
            await mail.send()
        mail.restarted(smtp=over_tls | {"port": office.port})
        with pytest.raises(Deferred, match="cannot be reached"):
            await mail.send()
        assert set((await mail.outcomes()).values()) == {"planned"}
        mail.restarted(smtp=over_tls | {"port": office.port, "ca_file": ours.file})
        await mail.send()
    assert plain.messages == []
    assert office.encrypted == [True] * CUSTOMERS


@asynccontextmanager
async def third_party(answers: list[int], got: list[tuple[dict[str, str], bytes]]) -> AsyncIterator[str]:
    async def take(request: Request) -> Response:
        got.append((dict(request.headers), await request.body()))
        return Response(status_code=answers.pop(0))

    app = Starlette(routes=[Route("/batches", take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/batches"
    server.should_exit = server.force_exit = True
    await serving


@pytest.mark.parametrize(("status", "taken_back"), [(302, 1), (403, 1), (429, 1), (408, 0), (409, 0), (500, 0)])
async def test_only_what_a_third_party_refused_for_certain_counts_as_not_handed_over(
    unapproved: Inside, tmp_path: Path, status: int, taken_back: int
) -> None:
    async with third_party([status], []) as url:
        party = Sending(unapproved, tmp_path, "third-party", third_party={"url": url, "secret": "s3cret"})
        with pytest.raises(OtmError):
            await party.send()
    assert (party.handed_over, party.taken_back) == (1, taken_back)


async def test_a_third_party_gets_signed_batches_that_it_can_tell_apart(unapproved: Inside, tmp_path: Path) -> None:
    got: list[tuple[dict[str, str], bytes]] = []
    async with third_party([503, 202, 202, 422], got) as url:
        people = {2: {"agent": Agent("Tallowbridge and Pike", ("7 Saltmarsh Row",), "ZZ9 1AG")}}
        party = Sending(unapproved, tmp_path, "third-party", people, third_party={"url": url, "secret": "s3cret"})
        with pytest.raises(Deferred):
            await party.send()
        party.clock.move(minutes=1)
        await party.send()
        await party.send()
        with pytest.raises(BatchRefused):
            await party.send()
    assert len({body for _, body in got}) == 1, "again, the same bytes"
    assert {headers["idempotency-key"] for headers, _ in got} == {"OTM-26-0042:000001:third-party"}
    for headers, body in got:
        assert headers["otm-signature"] == signature("s3cret", headers["otm-timestamp"], body)
        assert headers["otm-signature"] != signature("s3cret", "0", body)
    sent = json.loads(got[0][1])["communications"]
    assert len(sent) == CUSTOMERS
    assert [n for n, each in enumerate(sent, start=1) if "agent_copy" in each] == [2]
    assert sent[1]["agent_copy"]["name"] == "Tallowbridge and Pike"
    assert "your client Gwenllian" in sent[1]["agent_copy"]["body"]
