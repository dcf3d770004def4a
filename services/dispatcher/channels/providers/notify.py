"""GOV.UK Notify: letters, e-mail and text messages, by its official client."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, ClassVar, Literal, TypeVar

import requests
from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from pydantic import SecretStr
from urllib3.exceptions import MaxRetryError, NewConnectionError

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.limits import Allowance
from services.dispatcher.channels.providers.provider import Accepted, InDoubt, Refused
from services.dispatcher.letters.communication import Communication
from services.dispatcher.suppression.reach import address_lines
from shared.clock import Clock
from shared.errors import Unavailable
from shared.letters.markup import in_notify
from shared.values import Value

T = TypeVar("T")
Kind = Literal["letter", "email", "text"]
BAD_REQUEST, TOO_MANY, SERVER_ERROR = 400, 429, 500
CALL_SECONDS = 30  # seconds for one call
THREADS = 8
ADDRESS_LINES = 7
OURS = ("template_id", "reference", "personalisation")
"""Beginnings of the messages of a `ValidationError` that is about our set-up and not about the recipient."""
THEIRS = ("cannot send to international", "cannot be longer than")
"""Parts of the messages of a `BadRequestError` about one recipient or one text. All others are about template, key or
trial."""


class NotifySettings(Value):
    """A template of each kind has the places ((subject)) and ((body)); a text message only ((body)).

    `callback_token` is the bearer token that Notify sends with its delivery receipts.
    """

    api_key: SecretStr
    base_url: str = "https://api.notifications.service.gov.uk"
    letter_template: str | None = None
    email_template: str | None = None
    text_template: str | None = None
    callback_token: SecretStr | None = None
    letter: Allowance = Allowance(a_minute=3000, a_day=20_000)
    email: Allowance = Allowance(a_minute=3000, a_day=250_000)
    text: Allowance = Allowance(a_minute=3000, a_day=250_000)


class Notify:
    """The client is not safe among threads, so each thread has its own."""

    can_find: ClassVar[bool] = True

    def __init__(self, settings: NotifySettings, kind: Kind, template: str, clock: Clock) -> None:
        self._settings = settings
        self._kind = kind
        self._template = template
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"notify-{kind}")
        self._own = threading.local()
        logging.getLogger("notifications_python_client").disabled = True  # it would log what Notify quotes
        logging.getLogger("notifications_python_client.base").disabled = True

    async def hand_over(self, communication: Communication) -> Accepted | Refused:
        try:
            answer = await self._call(lambda client: self._send(client, communication))
            return Accepted(str(answer["id"]))
        except HTTPError as error:
            reason = _final(error)
            if reason is None:
                raise Unavailable(f"Notify does not take it as we are set up: {', '.join(_errors(error))}") from None
            return Refused(reason)
        except (KeyError, TypeError):
            raise InDoubt("Notify answered something else than agreed") from None

    async def find(self, reference: str) -> Sequence[str]:
        try:
            answer = await self._call(lambda client: client.get_all_notifications(reference=reference))
            return [str(found["id"]) for found in answer["notifications"]]
        except HTTPError as error:
            raise Unavailable(f"Notify does not let us look: {', '.join(_errors(error))}") from None
        except (KeyError, TypeError):
            raise Unavailable("Notify answered something else than agreed") from None

    async def _call(self, call: Callable[[Any], Any]) -> Any:
        """Raises `HTTPError` for what is not taken as it is, `Deferred` beyond a limit, `InDoubt` where the answer got
        lost or does not say, else `Unavailable`."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(self._client()))
        except InvalidResponse:
            raise InDoubt("Notify answered something that is not JSON") from None
        except HTTPError as error:
            if error.status_code == BAD_REQUEST:
                raise
            if error.status_code == TOO_MANY:
                raise Deferred("Notify is at its limit", self._later(error)) from None
            failed = Unavailable if _is_untaken(error) else InDoubt
            raise failed(f"Notify answered {error.status_code}") from None

    def _client(self) -> Any:
        """The client's methods have no types."""
        if not hasattr(self._own, "client"):
            key = self._settings.api_key.get_secret_value()
            make: Any = NotificationsAPIClient
            self._own.client = make(key, base_url=self._settings.base_url, timeout=CALL_SECONDS)
        return self._own.client

    def _send(self, client: Any, c: Communication) -> Any:
        said = {"subject": c.subject, "body": c.marked_up(in_notify)}
        if self._kind == "letter":
            lines = address_lines(c.customer)[:ADDRESS_LINES]
            said |= {f"address_line_{number}": line for number, line in enumerate(lines, start=1)}
            return client.send_letter_notification(self._template, said, reference=c.reference)
        if self._kind == "email":
            return client.send_email_notification(c.customer.email, self._template, said, reference=c.reference)
        return client.send_sms_notification(c.customer.phone, self._template, {"body": c.body}, reference=c.reference)

    def _later(self, error: HTTPError) -> datetime:
        """Returns the next minute beyond the rate, the next day beyond the day's number: Notify's days are of UTC."""
        now = self._clock.now()
        if "TooManyRequestsError" in _errors(error):
            tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
            return datetime.combine(tomorrow, time_of_day(), UTC)
        return now + timedelta(minutes=1)


def _is_untaken(error: HTTPError) -> bool:
    """Returns whether a call came to nothing for certain: it was refused, or never left. The client says 503 where no
    answer came."""
    if error.response is not None:
        return bool(error.response.status_code < SERVER_ERROR)
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    (reason, *_) = cause.args if cause is not None and cause.args else (None,)
    return isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError)


def _errors(error: HTTPError) -> list[str]:
    """The kinds of error that it names; its messages may quote what was sent."""
    said = error.message
    return [str(part.get("error")) for part in said if isinstance(part, dict)] if isinstance(said, list) else []


def _final(error: HTTPError) -> str | None:
    """Returns why this one will never be taken; None where the fault is with us, and all others would fail as well."""
    said = error.message
    for part in said if isinstance(said, list) else []:
        if not isinstance(part, dict):
            continue
        kind, message = str(part.get("error")), str(part.get("message")).lower()
        if kind == "ValidationError" and not message.startswith(OURS):
            return "invalid"
        if kind == "BadRequestError" and any(theirs in message for theirs in THEIRS):
            return "refused"
    return None
