"""Logout tokens, by which the provider says that sessions are over: OpenID Connect Back-Channel Logout 1.0."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.errors import Unauthenticated
from shared.values import Value

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_NAME = 255  # characters, as OpenID Connect allows a subject
WITHIN_ITS_SECOND = timedelta(seconds=1)
"""A token tells its time in whole seconds: a session that began in the same one is over too."""


class Logout(Value):
    """The sessions that are over: of one sign-in where there is a `login`, else all of an `account`, if they began
    until then. A token that comes again ends no later session.
    """

    account: str
    login: str
    until: datetime


def read_logout(claims: Mapping[str, Any]) -> Logout:
    """Reads a token whose signature, issuer and audience are good. Raises `Unauthenticated`."""
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(EVENT), Mapping):
        raise Unauthenticated("this is no logout token: it has no logout event")
    if "nonce" in claims:
        raise Unauthenticated("this is no logout token: it has a nonce, as a sign-in has")
    account, login = _name(claims.get("sub")), _name(claims.get("sid"))
    if not account and not login:
        raise Unauthenticated("the logout token names neither a person nor a sign-in")
    until = datetime.fromtimestamp(int(claims["iat"]), UTC) + WITHIN_ITS_SECOND
    return Logout(account=account, login=login, until=until)


def _name(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_NAME else ""
