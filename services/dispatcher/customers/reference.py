"""References of a campaign's customers: given by law, or the campaign's own."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints, model_validator

from shared.customers.reference import OWN, CustomerReference, Kind, normalise
from shared.customers.token import customer_index
from shared.errors import Invalid, Problem
from shared.protection import Keyring
from shared.values import Value

MEANS = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}
PICTURE = r"^[A-Z0-9#@*/.-]{3,20}$"


class ReferenceRule(Value):
    """`picture` describes references of kind `own`, place by place: `#` a digit, `@` a letter, `*` either, anything
    else itself. It is no regular expression, so that nobody can write one that never ends.
    """

    kind: Kind
    picture: Annotated[str, StringConstraints(pattern=PICTURE)] | None = None

    @model_validator(mode="after")
    def _picture_for_own_alone(self) -> "ReferenceRule":
        if (self.kind == OWN) != (self.picture is not None):
            raise ValueError("a picture is for references of kind own, and they need one")
        return self

    def expect_kind_of(self, planned: Kind) -> None:
        """Raises `Invalid` for references that the law gives of another kind than the plan's."""
        if self.kind not in (OWN, planned):
            message = f"the campaign's customers are known by {planned}, not by {self.kind}: declare the schema again"
            raise Invalid(message, Problem("reference.kind", "another-kind", message))

    def normalised(self, text: str) -> str:
        """The one spelling of a reference. Raises `Invalid`, whose problem names the rule and never the value."""
        spelt = normalise(self.kind, text)
        if self.picture is not None and not re.fullmatch(_pattern(self.picture), spelt):
            raise Invalid("not as the picture has it", Problem("customer_reference", "format", "not as pictured"))
        return spelt


@dataclass(frozen=True, slots=True)
class KnownBy:
    """The kind of reference in one file. `campaign`: the one that gave them, for references of its own."""

    rule: ReferenceRule
    campaign: str | None

    def index(self, keyring: Keyring, reference: str) -> bytes:
        """Returns the blind index that a customer is found by, in every file. The reference is in its one spelling."""
        return customer_index(keyring, CustomerReference.known(self.rule.kind, reference, self.campaign))


def _pattern(picture: str) -> str:
    return "".join(MEANS.get(place) or re.escape(place) for place in picture)
