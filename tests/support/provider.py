"""A real OpenID Connect provider: a process of its own, with a person for each claim that a test needs."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import flask
import httpx
from oidc_provider_mock import User, app
from werkzeug.serving import make_server

from deploy.local.stack.ports import Ports, is_free

PEOPLE: list[dict[str, Any]] = [
    {"sub": "jo-1", "roles": ["call-handler", "Press-Officer"], "team": "letter-issuer"},
    {"sub": "nobody-1"},
    {"sub": "sam-1", "roles": ["call-handler"], "sid": "sign-in-1"},
    {"sub": "Jane Citizen <jane@example.org>", "roles": ["designer"]},
]


@asynccontextmanager
async def provider(folder: Path) -> AsyncIterator[str]:
    """Yields the issuer of a provider that runs meanwhile."""
    port = Ports(folder / "ports.json").get("provider")
    people = [part for each in PEOPLE for part in ("--user-claims", json.dumps(each))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        while is_free(port):
            assert process.returncode is None, "the provider ended by itself"
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


async def agree(url: str, subject: str) -> httpx.URL:
    """Signs a person in at the provider's page; returns the address that it leads back to."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return httpx.URL(answer.headers["location"])


@contextmanager
def provider_in_thread() -> Iterator[tuple[str, str]]:
    """Yields the issuer of a provider that runs meanwhile, and the key that it signs with, as a PEM: this provider
    sends no logout tokens, so that a test has to sign them."""
    made = app(user_claims=[User(sub=each["sub"], claims=each) for each in PEOPLE])
    keys: list[Any] = []

    @made.before_request  # type: ignore[untyped-decorator]
    def _note() -> None:
        keys.append(flask.g.oidc_provider_mock_storage.jwk)

    server = make_server("127.0.0.1", 0, made, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        httpx.get(f"{url}/jwks").raise_for_status()
        yield url, keys[0].as_pem(is_private=True).decode()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
