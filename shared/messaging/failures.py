"""Failures of a message, in words that are safe to log and to put in a header."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from shared.errors import OtmError, Permanent


@dataclass(frozen=True, slots=True)
class Failure:
    """`reason` quotes only our own errors; of others, whose text may quote data, it gives the place in the code."""

    exception: str
    reason: str
    permanent: bool

    @property
    def cause(self) -> str:
        """The cause by which dead letters are grouped."""
        return f"{self.exception}: {self.reason}"


def failure_of(error: BaseException) -> Failure:
    kind = type(error)
    name = kind.__name__ if kind.__module__.startswith("shared.") else f"{kind.__module__}.{kind.__name__}"
    reason = str(error) if isinstance(error, OtmError) else f"at {_place(error)}"
    return Failure(name, reason[:500], isinstance(error, Permanent))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "unknown"
