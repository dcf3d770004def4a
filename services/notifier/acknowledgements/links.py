"""Signed links by which a notice is acknowledged."""

import hashlib
import hmac
from datetime import datetime, timedelta

from services.notifier.notices.notice import Notice
from shared.errors import Forbidden, NotFound

LINK_LIFETIME = timedelta(days=60)
_PURPOSE = b"notifier: links to acknowledge"


class Expired(Forbidden):
    """The link is too old."""

    code = "link-expired"


class Links:
    """Links by which a notice is acknowledged. A link is a key: its holder may acknowledge until it expires."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = hmac.digest(key, _PURPOSE, hashlib.sha256)
        self._url = public_url.rstrip("/")

    def of(self, notice: Notice) -> str | None:
        """Returns the link in a notice, always the same; None if the notice wants no answer."""
        if not notice.needs_acknowledgement:
            return None
        expires = int((notice.created_at + LINK_LIFETIME).timestamp())
        return f"{self._url}/v1/acknowledgements/{notice.id}.{expires}.{self._sign(notice.id, expires)}"

    def notice(self, token: str, now: datetime) -> str:
        """Returns the id of the notice that a link's token is for. Raises `NotFound` for a token that was never made,
        and `Expired`.
        """
        notice, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        number = int(expires) if expires.isascii() and expires.isdigit() and len(expires) <= len("9999999999") else 0
        if not hmac.compare_digest(signature.encode(), self._sign(notice, number).encode()):
            raise NotFound("there is no such link")
        if now.timestamp() >= number:
            raise Expired("this link is too old: ask for the notice to be sent again, or acknowledge it by the API")
        return notice

    def _sign(self, notice: str, expires: int) -> str:
        return hmac.digest(self._key, f"{notice}.{expires}".encode(), hashlib.sha256).hex()
