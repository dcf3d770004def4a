"""Somebody who issues tokens: with keys of their own, and a server that shows the public ones."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "one-to-many"


@dataclass
class Issuer:
    url: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    away: bool = False

    def new_key(self, kid: str, kind: str = "RS256") -> None:
        made = rsa.generate_private_key(65537, 2048) if kind == "RS256" else ec.generate_private_key(ec.SECP256R1())
        self.keys[kid] = made

    def token(self, kid: str, *, algorithm: str = "RS256", **claims: Any) -> str:
        """A good one, unless `claims` say otherwise; those that are None are left out."""
        good = {"iss": "https://issuer", "aud": AUDIENCE, "sub": "dialler", "exp": time.time() + 300}
        said = {name: value for name, value in (good | claims).items() if value is not None}
        return jwt.encode(said, self.keys[kid], algorithm, headers={"kid": kid})

    def shown(self) -> bytes:
        keys = []
        for kid, key in self.keys.items():
            kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
            keys.append(json.loads(kind.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"})
        return json.dumps({"keys": [*keys, {"kty": "unheard-of", "kid": "x"}]}).encode()


@asynccontextmanager
async def issuer() -> AsyncIterator[Issuer]:
    one = Issuer()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        one.asked += 1
        body = b"" if one.away else one.shown()
        status = b"503 Away" if one.away else b"200 OK"
        writer.write(b"HTTP/1.1 %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks"
    async with server:
        yield one
