"""Claims of the provider about a person, read as our settings name them."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.errors import Forbidden
from shared.running.settings import OidcSettings
from shared.values import Code, Value

MOST_ROLES = 20
_CODE = TypeAdapter(Code)


class Claims(Value):
    """A person as the provider tells of them. `account` and `login` are its own names of the person and the sign-in."""

    subject: Code
    account: str
    login: str | None
    roles: tuple[Code, ...]
    team: Code | None


def read_claims(claims: Mapping[str, Any], settings: OidcSettings) -> Claims:
    """Raises `Forbidden` where what stands for the person is no staff code."""
    subject, team = _at(claims, settings.subject_claim), _at(claims, settings.team_claim)
    found, login = _at(claims, settings.roles_claim), claims.get("sid")
    roles = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    codes = tuple(dict.fromkeys(code for role in roles if (code := _code(role))))
    known = _code(subject)
    if known is None:
        raise Forbidden("the provider does not give your staff code in the form that we expect")
    return Claims(
        subject=known,
        account=str(claims["sub"]),
        login=login if isinstance(login, str) else None,
        roles=codes[:MOST_ROLES],
        team=_code(team),
    )


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Returns the claim at a path, with dots for claims within claims; None where there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _code(value: Any) -> str | None:
    try:
        return _CODE.validate_python(value.strip().lower() if isinstance(value, str) else value)
    except ValidationError:
        return None
