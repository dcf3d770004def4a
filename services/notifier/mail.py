"""E-mail over SMTP: HTML and text, with a Message-ID that is the notice's own."""

from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from services.notifier.notice import Notice
from shared.errors import Permanent, Transient

ANSWER_WITHIN = 15.0  # seconds
PERMANENT = 500  # SMTP answers from here on are final


class MailRefused(Permanent):
    """The server will never take this message."""

    code = "mail-refused"


class MailNotTaken(Transient):
    """The server could not be reached, or asks to try again."""

    code = "mail-not-taken"


class MailChannel:
    def __init__(self, host: str, port: int, sender: str) -> None:
        self._host = host
        self._port = port
        self._sender = sender

    async def send(self, notice: Notice) -> None:
        try:
            await aiosmtplib.send(
                self._message(notice), hostname=self._host, port=self._port, timeout=ANSWER_WITHIN, start_tls=None
            )
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused) as error:
            if _is_final(error):
                raise MailRefused("the mail server refuses this message") from error
            raise MailNotTaken("the mail server asks to try again") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailNotTaken(f"the mail server cannot be reached: {type(error).__name__}") from error

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = notice.address
        message["Subject"] = notice.content.subject
        message["Date"] = format_datetime(notice.created_at)
        message["Message-ID"] = f"<{notice.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.content.text)
        message.add_alternative(notice.content.html, subtype="html")
        return message


def _is_final(error: aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused) -> bool:
    answers = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else [error]
    return all(answer.code >= PERMANENT for answer in answers)
