"""Failures of a message, in words that are safe to log and to put in a header."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from shared.errors import LaterKey, OtmError, Permanent, Transient


class Untried(Transient):
    """The message was held for long and its handler not called: it is put aside, and spends none of its tries."""

    code = "untried"


@dataclass(frozen=True, slots=True)
class Failure:
    """`reason` quotes only our own errors; of others, whose text may quote data, it gives the place in the code.
    `untried` is one that spends none of the message's tries: the message can be handled, but not yet by this process.
    """

    exception: str
    reason: str
    permanent: bool
    untried: bool = False

    @property
    def cause(self) -> str:
        """The cause by which dead letters are grouped."""
        return f"{self.exception}: {self.reason}"


def failure_of(error: BaseException) -> Failure:
    kind = type(error)
    name = kind.__name__ if kind.__module__.startswith("shared.") else f"{kind.__module__}.{kind.__name__}"
    reason = str(error) if isinstance(error, OtmError) else f"at {_place(error)}"
    return Failure(name, reason[:500], isinstance(error, Permanent), isinstance(error, Untried | LaterKey))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "unknown"
