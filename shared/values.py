"""The small types that everything is made of: codes, references, counts, and the frozen value they go into."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shared.reading.signs import seen

EARLIEST, LATEST = 1900, 9000


def _written_out(value: object) -> object:
    """A number is no instant, though it could be read as seconds since 1970."""
    value = seen(value) if isinstance(value, str) else value
    if isinstance(value, int | float) or (isinstance(value, str) and not value.strip()[4:5] == "-"):
        raise ValueError("write it as 2026-09-10T10:20:00Z")
    return value


def _plausible(instant: datetime) -> datetime:
    """Near the ends of the calendar, an instant has no local time."""
    if not EARLIEST <= instant.year <= LATEST:
        raise ValueError(f"between {EARLIEST} and {LATEST}")
    return instant


CAMPAIGN_PATTERN = r"OTM-\d{2}-\d{4,6}"
CampaignReference = Annotated[str, StringConstraints(pattern=f"^{CAMPAIGN_PATTERN}$")]
LetterReference = Annotated[str, StringConstraints(pattern=r"^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
CODE_PATTERN, LONGEST_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$", 60
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=LONGEST_CODE)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MOST_COUNTED = 100_000_000
Count = Annotated[int, Field(ge=0, le=MOST_COUNTED)]
Number = Annotated[int, Field(ge=1, le=10_000_000)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_plausible)]
Title = Annotated[str, StringConstraints(min_length=3, max_length=200)]
LONGEST_TEXT = 20_000  # characters
OfficialText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
"""Text that the authority's own staff wrote for others to read: a title, a letter, a line to take, a reason."""


class Value(BaseModel):
    """Something that is what it says and never changes; an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
