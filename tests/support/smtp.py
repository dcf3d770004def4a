"""A mail server that takes messages, or answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any, Literal

from aiosmtpd.smtp import SMTP

FINE = "250 OK"


class PostOffice:
    """A mail server whose answer to each command can be changed; `HANG UP` ends the conversation. It
    keeps what it takes.
    """

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, str] = {}
        self.messages: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.bounces: set[str] = set()
        self.full: set[str] = set()

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._answer("MAIL", server)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.bounces:
            return "550 5.1.1 no such user"
        if address in self.full:
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self._answer("DATA", server)
        if answer == FINE:
            self.messages.append(message_from_bytes(envelope.original_content, policy=policy.default))
            transport: Any = server.transport
            self.encrypted.append(transport.get_extra_info("sslcontext") is not None)
        return answer

    def _answer(self, command: str, server: Any) -> str:
        answer = self.answers.get(command, FINE)
        if answer == "HANG UP":
            server.transport.abort()
        return answer


@asynccontextmanager
async def post_office(
    tls: SSLContext | None = None, encryption: Literal["starttls", "tls"] = "starttls"
) -> AsyncIterator[PostOffice]:
    """With `tls` it takes nothing that is not encrypted, from the first byte or from STARTTLS on."""
    office = PostOffice()
    starttls = tls if encryption == "starttls" else None
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(office, tls_context=starttls, require_starttls=starttls is not None),
        "127.0.0.1",
        0,
        ssl=tls if encryption == "tls" else None,
    )
    office.port = server.sockets[0].getsockname()[1]
    yield office
    server.close()
