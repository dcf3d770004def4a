"""Times of day as people write them: hours and minutes, without a zone."""

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::00)?")
_SCHEMA = {"type": "string", "pattern": f"^{_CLOCK.pattern}$", "examples": ["08:00"]}
"""JSON Schema's own `time` has a zone."""


def _written_out(value: Any) -> Any:
    """Refuses numbers, which could be read as seconds, and times of a zone, which a helpline's hours do not have."""
    if (isinstance(value, time) and value.tzinfo is None) or (isinstance(value, str) and _CLOCK.fullmatch(value)):
        return value
    raise PydanticCustomError("time_of_day", "write the time as 08:00")


TimeOfDay = Annotated[time, BeforeValidator(_written_out), WithJsonSchema(_SCHEMA)]
