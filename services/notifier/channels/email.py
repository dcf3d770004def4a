"""E-mail over SMTP: text and HTML, the chart, the dates, and a Message-ID that is the notice's own."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Literal

import aiosmtplib
from pydantic import SecretStr

from services.notifier.channels.outgoing import FarEndDown, NotTaken, Outgoing, Refused
from services.notifier.notices.notice import Notice
from services.notifier.rendering.calendar import calendar_file
from services.notifier.rendering.charts import Charts
from services.notifier.rendering.email_layout import BUTTON, CHART_CID, EmailLayout
from services.notifier.rendering.plain_text import FOOT
from services.notifier.rulebook.rules import Urgency
from shared.rendering.mail_message import BODY_POLICY, address, message_bytes

ANSWER_SECONDS = 15.0  # seconds
PERMANENT = 500  # SMTP answers from here on are final
CLOSING = 421  # the server says so when it goes away

NOT_ABOUT_THE_MESSAGE = (
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPConnectResponseError,
    aiosmtplib.SMTPHeloError,
)

Encryption = Literal["if-offered", "starttls", "tls", "none"]
VERIFIED: tuple[Encryption, ...] = ("starttls", "tls")
"""Encryptions that begin by checking the server's certificate: without one of them mail stays on this machine."""


class BadAddress(Refused):
    """The mail server knows nobody there."""

    code = "bad-address"


class MailRefused(Refused):
    """The server will never take this message."""

    code = "mail-refused"


class MailNotTaken(NotTaken):
    """The server asks to try this one again."""

    code = "mail-not-taken"


class MailServerDown(FarEndDown):
    """The server could not be reached, or is going away."""

    code = "mail-server-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server. `encryption`: STARTTLS where the server offers it, or always, or TLS from the first byte, or
    never.

    Certificates are checked, except where encryption is used only if offered: anybody in between could refuse it too.
    `ca_file` trusts an authority of one's own instead of the system's.
    """

    host: str
    port: int
    encryption: Encryption = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None

    def trust(self) -> SSLContext | None:
        if self.encryption in VERIFIED:
            return create_default_context(cafile=self.ca_file)
        return None


class EmailChannel:
    def __init__(self, server: MailServer, sender: str) -> None:
        self._server = server
        self._trust = server.trust()
        self._sender = sender
        self._domain = sender.rpartition("@")[2]
        self._charts = Charts()
        self._look = EmailLayout()

    async def send(self, outgoing: Outgoing) -> None:
        message, receiver = await self._message(outgoing), address(outgoing.notice.address)
        try:
            await self._hand_over(message, receiver)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(answer.code >= PERMANENT for answer in error.recipients):
                raise BadAddress("the mail server takes nothing for this address") from error
            raise MailNotTaken("the mail server asks to try again") from error
        except NOT_ABOUT_THE_MESSAGE as error:
            raise MailServerDown(f"the mail server does not talk to us: {type(error).__name__}") from error
        except aiosmtplib.SMTPResponseException as error:
            if error.code == CLOSING:
                raise MailServerDown("the mail server is going away") from error
            if error.code >= PERMANENT:
                raise MailRefused("the mail server refuses this message") from error
            raise MailNotTaken("the mail server asks to try again") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailServerDown(f"the mail server cannot be reached: {type(error).__name__}") from error

    async def _hand_over(self, message: bytes, receiver: str) -> None:
        server = self._server
        await aiosmtplib.send(
            message,
            sender=self._sender,
            recipients=[receiver],
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password.get_secret_value() if server.password else None,
            timeout=ANSWER_SECONDS,
            use_tls=server.encryption == "tls",
            start_tls={"starttls": True, "if-offered": None}.get(server.encryption, False),
            validate_certs=self._trust is not None,
            tls_context=self._trust,
        )

    async def _message(self, outgoing: Outgoing) -> bytes:
        notice = outgoing.notice
        message = EmailMessage(policy=BODY_POLICY)
        message.set_content(_text(notice, outgoing.link))
        button = self._look.button(outgoing.link) if outgoing.link else ""
        message.add_alternative(notice.content.html.replace(BUTTON, button), subtype="html")
        html = message.get_body(("html",))
        if notice.content.chart and html is not None:
            picture = await self._charts.png(notice.content.chart)
            html.add_related(picture, "image", "png", cid=f"<{CHART_CID}>", filename="forecast.png")
        if notice.content.dates:
            name = notice.campaign or "dates"
            message.add_attachment(
                calendar_file(notice.content.dates, name),
                "text",
                "calendar",
                filename=f"{name}.ics",
                params={"method": "PUBLISH"},
            )
        return message_bytes(self._headers(notice), message)

    def _headers(self, notice: Notice) -> dict[str, str]:
        """Returns the headers, the same for every try of one sending."""
        headers = {
            "From": address(self._sender),
            "To": address(notice.address),
            "Subject": notice.content.subject,
            "Date": format_datetime(notice.begun_at or notice.created_at),
            "Message-ID": f"<{notice.message_id}@{self._domain}>",
            "Content-Language": notice.content.language,
            "Auto-Submitted": "auto-generated",
        }
        if notice.thread != notice.id:
            headers["References"] = f"<{notice.thread}@{self._domain}>"
        if notice.urgency is Urgency.URGENT:
            headers["Importance"] = "high"
        return headers


def _text(notice: Notice, link: str | None) -> str:
    if link is None:
        return notice.content.text
    said, foot, footer = notice.content.text.rpartition(FOOT)
    return f"{said}\nConfirm that you have read this: {link}\n{foot}{footer}"
