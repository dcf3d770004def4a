"""Endpoints of webhooks and chat channels: named, because their addresses are secrets and rules are not."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, TypeAdapter, ValidationError

from shared.errors import Invalid, Permanent, Problem
from shared.values import Code, Value

SECRET_CHARACTERS = 32  # characters


class UnknownEndpoint(Permanent):
    code = "unknown-endpoint"


class Endpoint(Value):
    """An endpoint. `secret` signs what is sent to a webhook; chat channels know us by their address alone."""

    url: SecretStr
    secret: SecretStr | None = Field(None, min_length=SECRET_CHARACTERS)


class Endpoints:
    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self.names = frozenset(endpoints)
        self._endpoints = endpoints

    def __getitem__(self, name: str) -> Endpoint:
        """Returns an endpoint. Raises `UnknownEndpoint`."""
        if name not in self._endpoints:
            raise UnknownEndpoint(f"there is no endpoint {name} in the endpoints file")
        return self._endpoints[name]


def load_endpoints(file: Path | None) -> Endpoints:
    """Reads `{name: {"url", "secret"}}`; no file, no endpoints. Raises `Invalid` without repeating what is in it."""
    if file is None:
        return Endpoints({})
    try:
        return Endpoints(TypeAdapter(dict[Code, Endpoint]).validate_python(json.loads(file.read_text())))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise Invalid(f"{file.name}:{line}: this is not JSON. Look at brackets, commas and quotes") from None
    except ValidationError as error:
        problems = [
            Problem(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors(include_input=False)
        ]
        raise Invalid(f"{file.name}: {'; '.join(f'{p.field}: {p.message}' for p in problems)}", *problems) from None
