"""E-mail by SMTP: plain text and HTML, with a message id that is the same on every try."""

from collections.abc import Sequence
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import ClassVar

import aiosmtplib
from pydantic import SecretStr

from services.dispatcher.channels.limits import Allowance
from services.dispatcher.channels.providers.provider import Accepted, Answer, InDoubt, PutOff, Refused
from services.dispatcher.letters.communication import Communication
from shared.errors import Unavailable
from shared.letters.template import rendered
from shared.rendering.mail_message import BODY_POLICY, UnwritableAddress, address, message_bytes
from shared.values import Value

REPLY_SECONDS = 20.0  # seconds
PERMANENT = range(500, 600)
CLOSING = 421


class SmtpSettings(Value):
    """`sender` is an address; its domain is also that of the message ids. With `start_tls` nothing is sent to a server
    that does not offer STARTTLS, or whose certificate is not signed by the system's authorities, or that of `ca_file`.
    """

    host: str
    port: int = 587
    sender: str
    reply_to: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    start_tls: bool = True
    ca_file: Path | None = None
    limits: Allowance = Allowance()


class Smtp:
    """SMTP cannot be asked what became of a message. It is in doubt from the moment that the message itself is sent."""

    can_find: ClassVar[bool] = False

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def hand_over(self, communication: Communication) -> Answer:
        try:
            receiver = address(communication.customer.email or "")
        except UnwritableAddress:
            return Refused("refused")
        message, message_id = self._message(communication, receiver), self._message_id(communication)
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server cannot be reached: {type(error).__name__}") from None
        try:
            if (refused := await self._addressed(client, receiver)) is not None:
                return refused
            await client.data(message)
        except aiosmtplib.SMTPResponseException as error:
            return _refusal(error.code)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise InDoubt(f"the mail server did not confirm a message: {type(error).__name__}") from None
        finally:
            client.close()
        return Accepted(message_id)

    async def find(self, reference: str) -> Sequence[str]:
        return ()

    async def _addressed(self, client: aiosmtplib.SMTP, receiver: str) -> Refused | PutOff | None:
        """Returns why the recipient is not taken; None if all is ready for the message."""
        try:
            await client.mail(self._settings.sender)
            await client.rcpt(receiver)
        except aiosmtplib.SMTPRecipientRefused as error:
            return _about_recipient(error.code)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPHeloError) as error:  # it is us that it refuses
            raise Unavailable(f"the mail server does not take mail from us: {error.code}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server hung up: {type(error).__name__}") from None
        return None

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.get_secret_value() if settings.password else None,
            start_tls=settings.start_tls,
            cert_bundle=str(settings.ca_file) if settings.ca_file else None,
            timeout=REPLY_SECONDS,
        )

    def _message(self, c: Communication, receiver: str) -> bytes:
        headers = {
            "From": address(self._settings.sender),
            "To": receiver,
            "Subject": c.subject,
            "Message-ID": self._message_id(c),
            "Content-Language": c.language,
        }
        if c.issued_at:
            headers["Date"] = format_datetime(c.issued_at.astimezone(UTC))
        if self._settings.reply_to:
            headers["Reply-To"] = address(self._settings.reply_to)
        body = EmailMessage(policy=BODY_POLICY)
        body.set_content(c.body)
        body.add_alternative(rendered(c.letter.body, c.fields), subtype="html")
        return message_bytes(headers, body)

    def _message_id(self, c: Communication) -> str:
        return f"<{c.reference}@{self._settings.sender.rpartition('@')[2]}>"


def _about_recipient(code: int) -> Refused | PutOff:
    """A full mailbox, or one that is greylisted, says nothing of the next; a server that hangs up says it of all."""
    if code == CLOSING:
        raise Unavailable(f"the mail server answered {code}")
    return Refused("refused") if code in PERMANENT else PutOff()


def _refusal(code: int) -> Refused:
    """Raises `Unavailable` for an answer that the server itself calls a passing one."""
    if code in PERMANENT:
        return Refused("refused")
    raise Unavailable(f"the mail server answered {code}")
