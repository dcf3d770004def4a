"""What a campaign's customers are known by: a reference that the law gives, or one of the campaign's own."""

import re
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from shared.customer_reference import ReferenceKind, normalise
from shared.errors import Invalid, Problem
from shared.values import Value

OWN = "own"
MEANS = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}
PICTURE = r"^[A-Z0-9#@*/.-]{3,20}$"


class ReferenceRule(Value):
    """`picture` describes references of kind `own`, place by place: `#` a digit, `@` a letter, `*` either, anything
    else itself. It is no regular expression, so that nobody can write one that never ends.
    """

    kind: ReferenceKind | Literal["own"]
    picture: Annotated[str, StringConstraints(pattern=PICTURE)] | None = None

    @model_validator(mode="after")
    def _picture_for_own_alone(self) -> "ReferenceRule":
        if (self.kind == OWN) != (self.picture is not None):
            raise ValueError("a picture is for references of kind own, and they need one")
        return self

    def normalised(self, text: str) -> str:
        """The one spelling of a reference. Raises `Invalid`, whose problem names the rule and never the value."""
        if isinstance(self.kind, ReferenceKind):
            return normalise(self.kind, text)
        spelt = text.strip().upper()
        if not re.fullmatch("".join(MEANS.get(place) or re.escape(place) for place in self.picture or ""), spelt):
            raise Invalid("not as the picture has it", Problem("customer_reference", "format", "not as pictured"))
        return spelt

    def known_as(self, reference: str) -> str:
        """What the blind index is made of: the same digits mean somebody else under another kind."""
        return f"{self.kind}:{reference}"
