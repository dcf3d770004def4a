"""Every error this system raises on purpose, as one tree.

The message of an `OtmError` may be logged, put in a header and shown to a caller: it holds codes and references,
never what a customer told us. Any other exception's message is withheld from logs and headers.

    OtmError
    ├── Permanent      trying again cannot help: the sender must change something
    │   ├── Malformed      not understandable (400)
    │   ├── Unauthenticated  no or unknown credentials (401)
    │   ├── Forbidden      known, but not allowed (403)
    │   ├── NotFound       (404)
    │   ├── Conflict       the state of things does not allow it (409)
    │   ├── TooSlow        the request did not come in time (408)
    │   ├── PreconditionRequired  say first what you have seen (428)
    │   ├── TooLarge       (413)
    │   ├── AnotherMedia   the body is of a kind or in an encoding that is not taken (415)
    │   └── Invalid        understandable, but breaks a rule (422)
    └── Transient      trying again later may help
        ├── Stale          somebody changed it first: read it again (412)
        ├── NotYet         an event came before what it builds on; `LaterKey` waits for a newer keyring
        ├── TooMany        more requests than this caller may make (429)
        └── Unavailable    a store, broker or provider cannot be reached (503)
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: `field` is a dotted path, `rule` the code of the rule it breaks."""

    field: str
    rule: str
    message: str


class OtmError(Exception):
    """Root of the tree. `code` is stable and machine readable; `status` is the HTTP status it maps to."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *problems: Problem) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems


class Permanent(OtmError):
    """Trying again cannot help."""


class Malformed(Permanent):
    code = "malformed"
    status = 400


class Unauthenticated(Permanent):
    code = "unauthenticated"
    status = 401


class Forbidden(Permanent):
    code = "forbidden"
    status = 403


class NotFound(Permanent):
    code = "not-found"
    status = 404


class Conflict(Permanent):
    code = "conflict"
    status = 409


class TooSlow(Permanent):
    code = "too-slow"
    status = 408


class PreconditionRequired(Permanent):
    code = "precondition-required"
    status = 428


class TooLarge(Permanent):
    code = "too-large"
    status = 413


class AnotherMedia(Permanent):
    code = "unsupported-media-type"
    status = 415


class Invalid(Permanent):
    code = "invalid"
    status = 422


class Transient(OtmError):
    """Trying again later may help."""


class Stale(Transient):
    code = "stale-version"
    status = 412


class NotYet(Transient):
    code = "not-yet"
    status = 409


class LaterKey(NotYet):
    """Something is made with an index key that the keyring here lacks: it waits until the newest keyring is here."""


class TooMany(Transient):
    """`retry_after`: whole seconds after which it is worth trying again."""

    code = "too-many-requests"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(Transient):
    code = "unavailable"
    status = 503
