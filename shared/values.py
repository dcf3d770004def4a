"""The small types that everything is made of: codes, references, counts, and the frozen value they go into."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

CampaignReference = Annotated[str, StringConstraints(pattern=r"^OTM-\d{2}-\d{4,6}$")]
LetterReference = Annotated[str, StringConstraints(pattern=r"^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Number = Annotated[int, Field(ge=1, le=10_000_000)]
Instant = AwareDatetime
Title = Annotated[str, StringConstraints(min_length=3, max_length=200)]
OfficialText = Annotated[str, StringConstraints(max_length=20_000)]
"""Text that the authority's own staff wrote for others to read: a title, a letter, a line to take, a reason."""


class Value(BaseModel):
    """Something that is what it says and never changes; an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
