"""E-mail by SMTP: plain text and HTML, with a message id that is the same on every try."""

from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
from typing import ClassVar

import aiosmtplib
from pydantic import SecretStr

from services.dispatcher.channels.limits import Allowance
from services.dispatcher.channels.provider import UNCONFIRMED, Accepted, Answer, PutOff, Refused
from services.dispatcher.letters.communication import Communication
from services.dispatcher.letters.template import rendered
from shared.errors import Unavailable
from shared.values import Value

REPLY_SECONDS = 20.0  # seconds
PERMANENT = range(500, 600)
CLOSING = 421


class SmtpSettings(Value):
    """`sender` is an address; its domain is also that of the message ids."""

    host: str
    port: int = 587
    sender: str
    reply_to: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    start_tls: bool = True
    limits: Allowance = Allowance()


class Smtp:
    """SMTP cannot be asked what became of a message: where that is in doubt it is not sent again."""

    can_find: ClassVar[bool] = False

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def hand_over(self, communication: Communication) -> Answer:
        message = self._message(communication)
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server cannot be reached: {type(error).__name__}") from None
        try:
            await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _about_recipient(error.recipients[0].code)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPHeloError) as error:  # it is us that it refuses
            raise Unavailable(f"the mail server does not take mail from us: {error.code}") from None
        except aiosmtplib.SMTPResponseException as error:
            return _refusal(error.code)
        except (aiosmtplib.SMTPException, OSError):  # somewhere in the middle: it may have been taken
            return Refused(UNCONFIRMED)
        finally:
            client.close()
        return Accepted(message["Message-ID"])

    async def find(self, reference: str) -> Accepted | None:
        return None

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.get_secret_value() if settings.password else None,
            start_tls=settings.start_tls,
            timeout=REPLY_SECONDS,
        )

    def _message(self, c: Communication) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = c.customer.email
        message["Subject"] = c.subject
        message["Message-ID"] = f"<{c.reference}@{self._settings.sender.rpartition('@')[2]}>"
        message["Content-Language"] = c.language
        if c.issued_at:
            message["Date"] = format_datetime(c.issued_at.astimezone(UTC))
        if self._settings.reply_to:
            message["Reply-To"] = self._settings.reply_to
        message.set_content(c.body)
        message.add_alternative(rendered(c.letter.body, c.fields), subtype="html")
        return message


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
