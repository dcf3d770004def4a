"""Access keys: made once, shown once, and known here by their hash alone."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from shared.clock import Clock
from shared.errors import Invalid, Unauthenticated
from shared.principal import Principal
from shared.refusals import in_one_line
from shared.running.watched_file import WatchedFile
from shared.values import Code, Sha256


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential that a caller showed, and the caller it stands for. `rate` is their own rate in requests a second,
    if any.
    """

    id: str
    principal: Principal
    expires: datetime | None = None
    rate: float | None = None


Credentials = Mapping[str, Credential]
"""By the SHA-256 of the key: keys are 43 random characters, so a slow hash or a salt would add nothing."""


class AccessKeys:
    def __init__(self, file: WatchedFile[Credentials], clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def find(self, key: str) -> Credential | None:
        """Returns the owner of a key, by the file as it is now or was a second ago. Raises `Unauthenticated` for an
        expired key.
        """
        found = self._file.value().get(hashlib.sha256(key.encode()).hexdigest())
        if found and found.expires and found.expires <= self._clock.now():
            raise Unauthenticated("this key has expired")
        return found


class _Entry(BaseModel):
    """An entry of `access.json`. A team or a subject is written with what its caller does, so that it is a code."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    subject: Code
    kind: Literal["person", "machine"]
    scopes: frozenset[str]
    sha256: Sha256
    team: Code | None = None
    rate: Annotated[float, Field(gt=0)] | None = None
    expires: AwareDatetime | None = None
    revoked: AwareDatetime | None = None


def load_access_keys(file: Path) -> Credentials:
    """Reads `{"keys": [{"id", "subject", "kind", "scopes", "sha256"}]}`; leaves revoked ones out.

    Each may have: `team`, `expires` and `revoked` (instants with a time zone), and `rate` (requests a second). Raises
    `Invalid` for a file of another form, all of which is refused.
    """
    try:
        keys = TypeAdapter(list[_Entry]).validate_python(json.loads(file.read_text())["keys"])
    except ValidationError as error:
        raise Invalid(f"the file of access keys: {in_one_line(error)}") from None
    return {key.sha256: _credential(key) for key in keys if not key.revoked}


def _credential(key: _Entry) -> Credential:
    return Credential(key.id, Principal(key.subject, key.kind, key.scopes, key.team), key.expires, key.rate)
