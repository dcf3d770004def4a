"""Roles of people: what each may do, and the page that it begins on."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from shared.errors import Invalid
from shared.principal import Principal
from shared.reading.bounded_yaml import read_yaml
from shared.refusals import in_one_line
from shared.values import Code, Value

ScopeName = Annotated[str, StringConstraints(pattern=r"^[a-z-]+:[a-z0-9-]+$", max_length=80)]
LocalPath = Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/-]*$", max_length=100)]
MOST_ROLES = 200


class Role(Value):
    """A role of people, with the scopes that it has. `team` holds where the sign-in names none."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    home: LocalPath = "/"
    scopes: Annotated[frozenset[ScopeName], Field(min_length=1, max_length=100)]
    team: Code | None = None


Roles = Mapping[str, Role]
_ROLES = TypeAdapter(Annotated[dict[Code, Role], Field(max_length=MOST_ROLES)])


def load_roles(file: Path) -> Roles:
    """Returns the roles of a file by their code. Raises `Invalid` for one of another form."""
    try:
        return _ROLES.validate_python(read_yaml(file))
    except ValidationError as error:
        raise Invalid(f"the file of roles: {in_one_line(error)}") from None


def person(subject: str, held: Iterable[str], team: str | None, roles: Roles) -> Principal:
    """Returns the person with all that their roles may do; a role that there is not gives nothing."""
    known = [roles[code] for code in held if code in roles]
    scopes = frozenset(scope for role in known for scope in role.scopes)
    own = team or next((role.team for role in known if role.team), None)
    return Principal(subject, "person", scopes, own)


def home_of(held: Iterable[str], roles: Roles) -> str:
    """Returns the page that a person begins on: that of their first role."""
    return next((roles[code].home for code in held if code in roles), "/")
