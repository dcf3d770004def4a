"""Webhooks reach the endpoint that was meant and no address inside our own networks, and say whether to try again."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from services.notifier.channels import FarEndDown, NotTaken, Outgoing, Refused
from services.notifier.channels.addresses import Addresses, ForbiddenAddress, UnknownHost
from services.notifier.channels.web import WebSender
from services.notifier.channels.webhook import NoSecret, WebhookChannel
from services.notifier.rulebook.endpoints import Endpoints, UnknownEndpoint, load_endpoints
from shared.errors import Invalid
from tests.notifier.given.notices import LINK, notice, with_files
from tests.support.certificates import certificate
from tests.support.clocks import NOON, StoppedClock
from tests.support.receiver import Receiver, receiver

HERE = ("127.0.0.0/8", "::1/128")
SECRET = "a secret of at least thirty-two characters"


@pytest.fixture
async def far_end() -> AsyncIterator[Receiver]:
    async with receiver() as far_end:
        yield far_end


def endpoints(folder: Path, **named: dict[str, str]) -> Endpoints:
    file = folder / "endpoints.json"
    file.write_text(json.dumps(named))
    return load_endpoints(file)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Resolves every name to these addresses; returns the names that were asked for.

    What is an address already (of the store, of another test's connection) is looked up as ever.
    """
    loop, asked = asyncio.get_running_loop(), list[str]()
    look_up = loop.getaddrinfo

    async def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        if is_address(host):
            return await look_up(host, port, **options)
        asked.append(host)
        return [(None, None, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    return asked


def is_address(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


async def test_a_notice_comes_signed_with_everything_a_system_needs(tmp_path: Path, far_end: Receiver) -> None:
    known = endpoints(tmp_path, press={"url": far_end.url(), "secret": SECRET})
    channel = WebhookChannel(known, WebSender(Addresses(HERE)), StoppedClock())
    sent = with_files(channel="webhook", address="press", facts={"references": ["a"]})
    await channel.send(Outgoing(sent, LINK))
    (post,) = far_end.posts
    assert post.path == "/hook?team=1"
    assert post.headers["otm-delivery"] == sent.id
    stamp, _, signature = post.headers["otm-signature"].partition(",v1=")
    assert stamp == f"t={int(NOON.timestamp())}"
    expected = hmac.new(SECRET.encode(), f"{int(NOON.timestamp())}.".encode() + post.body, hashlib.sha256)
    assert signature == expected.hexdigest()
    assert post.json["markdown"] == sent.content.markdown
    assert (post.json["acknowledge"], post.json["facts"]) == (LINK, {"references": ["a"]})
    assert post.json["dates"][0]["on"] == "2026-09-07"


@pytest.mark.parametrize(
    ("status", "error"),
    [(200, None), (202, None), (302, Refused), (404, Refused), (410, Refused), (409, NotTaken), (429, FarEndDown),
     (500, FarEndDown), (503, FarEndDown), (0, FarEndDown)],
)  # fmt: skip
async def test_what_an_endpoint_answers_says_whether_to_try_again(
    far_end: Receiver, status: int, error: type[Exception] | None
) -> None:
    far_end.status = status
    sending = WebSender(Addresses(HERE)).post(far_end.url(), b"{}", {})
    if error is None:
        await sending
    else:
        with pytest.raises(error) as failed:
            await sending
        assert far_end.url() not in str(failed.value)  # a chat channel's URL is a secret
    assert far_end.visitors == 1  # a redirect is not followed


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "172.16.4.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
     "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.8",
     "::ffff:169.254.169.254", "64:ff9b::a00:8", "2002:a00:8::", "2001:db8::1"],
)  # fmt: skip
async def test_no_address_inside_a_network_is_reached_under_any_name(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with monkeypatch.context() as names:
        resolving(names, "93.184.215.14", address)
        with pytest.raises(ForbiddenAddress):
            await Addresses().of("inside.example", 443)
        assert await Addresses(("0.0.0.0/0", "::/0")).of("inside.example", 443)  # unless it is allowed


async def test_public_addresses_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    public = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
    with monkeypatch.context() as names:
        resolving(names, *public)
        assert await Addresses().of("example.org", 443) == [ip_address(address) for address in public]


async def test_numbers_that_are_addresses_in_disguise_are_addresses(far_end: Receiver) -> None:
    for host in ("2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "localhost"):
        with pytest.raises((ForbiddenAddress, UnknownHost)):
            await WebSender(Addresses()).post(f"https://{host}:{far_end.port}/", b"{}", {})
    assert far_end.visitors == 0


async def test_the_address_that_was_checked_is_the_one_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is asked for twice could give another address the second time."""
    ours = certificate(tmp_path)
    async with receiver(ours.serving()) as far_end:
        with monkeypatch.context() as names:
            asked = resolving(names, "127.0.0.1")
            sender = WebSender(Addresses(HERE), ours.file)
            await sender.post(far_end.url("https", "localhost"), b"{}", {})
            assert asked == ["localhost"]
            assert far_end.posts[0].headers["host"] == f"localhost:{far_end.port}"
            with pytest.raises(FarEndDown):  # the certificate is for another name
                await sender.post(far_end.url("https", "elsewhere.example"), b"{}", {})
            with pytest.raises(FarEndDown):  # and of nobody that is trusted
                await WebSender(Addresses(HERE)).post(far_end.url("https", "localhost"), b"{}", {})
    assert len(far_end.posts) == 1


async def test_a_host_that_does_not_answer_at_one_address_is_tried_at_its_next(
    monkeypatch: pytest.MonkeyPatch, far_end: Receiver
) -> None:
    with monkeypatch.context() as names:
        resolving(names, "127.0.0.2", "127.0.0.1")
        await WebSender(Addresses(HERE)).post(far_end.url(host="two.example"), b"{}", {})
    assert len(far_end.posts) == 1


@pytest.mark.parametrize("url", ["http://93.184.215.14/", "ftp://example.org/", "https://user:pass@example.org/", "x"])
async def test_what_is_not_https_to_the_outside_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        await WebSender(Addresses(HERE)).post(url, b"{}", {})


async def test_an_endpoint_must_be_known_and_a_webhook_needs_a_secret(tmp_path: Path, far_end: Receiver) -> None:
    known = endpoints(tmp_path, press={"url": far_end.url()})
    assert known.names == {"press"}
    channel = WebhookChannel(known, WebSender(Addresses(HERE)), StoppedClock())
    with pytest.raises(NoSecret):
        await channel.send(Outgoing(notice(channel="webhook", address="press")))
    with pytest.raises(UnknownEndpoint):
        await channel.send(Outgoing(notice(channel="webhook", address="nobody")))
    assert far_end.visitors == 0


def test_an_endpoints_file_with_a_mistake_is_refused_without_repeating_secrets(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        endpoints(tmp_path, press={"url": "https://example.org/SECRET", "secret": "short-SECRET", "extra": "SECRET"})
    assert {problem.field for problem in refused.value.problems} == {"press.secret", "press.extra"}
    assert "SECRET" not in str(refused.value)
    assert "SECRET" not in repr(endpoints(tmp_path, press={"url": "https://example.org/SECRET"})["press"])
