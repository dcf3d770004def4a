"""References of customers: UTR, NINO, VRN or PAYE, or a reference of a campaign's own; checked, in one spelling."""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from stdnum import exceptions as stdnum_errors
from stdnum.gb import utr, vat

from shared.errors import Invalid, Problem
from shared.values import CampaignReference, Value

_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", re.ASCII)
_PAYE = re.compile(r"(\d{3})([A-Z0-9]{1,10})", re.ASCII)
_OWN = re.compile(r"[A-Z0-9/.-]{3,20}", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-/]+")
_LONGEST = 20


class ReferenceKind(StrEnum):
    UTR = "utr"
    NINO = "nino"
    VRN = "vrn"
    PAYE = "paye"


OWN: Final = "own"
Kind = ReferenceKind | Literal["own"]
"""A reference of a kind that the law gives is the same customer's in all campaigns; one of kind `own` was given by one
campaign, and is somebody else's in every other."""


class CustomerReference(Value):
    """A customer's reference as they gave it. One of kind `own` means somebody only with its `campaign`, which may be
    said elsewhere; no other kind has one: it would seem to leave out what belongs to other campaigns."""

    kind: Kind
    reference: Annotated[str, StringConstraints(max_length=40)] = Field(repr=False)
    campaign: CampaignReference | None = Field(None, exclude_if=lambda campaign: campaign is None)

    @model_validator(mode="after")
    def _campaign_for_own_alone(self) -> Self:
        if self.campaign is not None and self.kind != OWN:
            raise ValueError("a campaign is for references of kind own: others mean the same customer in all campaigns")
        return self

    @classmethod
    def known(cls, kind: Kind, reference: str, campaign: str | None) -> "CustomerReference":
        """Checked already and in its one spelling: of this campaign if it is of kind own."""
        return cls.model_construct(kind=kind, reference=reference, campaign=campaign if kind == OWN else None)

    def within(self, campaign: str | None) -> "CustomerReference":
        """Returns the reference within this campaign, if it is of kind own and names no campaign."""
        return self if self.kind != OWN or self.campaign else self.model_copy(update={"campaign": campaign})

    def normalised(self) -> "CustomerReference":
        """In its one spelling. Raises `Invalid`, as `normalise` does."""
        return self.model_copy(update={"reference": normalise(self.kind, self.reference)})


def normalise(kind: Kind, text: str) -> str:
    """The one spelling of a reference: no separators, capitals, a UTR's trailing K and a VRN's GB dropped;
    an employer's PAYE reference has its slash after the tax office's three digits; one of kind own keeps separators.

    Raises `Invalid`, whose problem names the rule (`format`, `length` or `check-digit`) and never the value.
    """
    if kind == OWN:
        return _own(text)
    compact = _SEPARATORS.sub("", text[: _LONGEST * 2]).upper()
    if len(text) > _LONGEST * 2 or len(compact) > _LONGEST or not compact.isascii():
        raise _broken(kind, "format")
    try:
        return _CHECKS[kind](compact)
    except stdnum_errors.InvalidChecksum:
        raise _broken(kind, "check-digit") from None
    except stdnum_errors.InvalidLength:
        raise _broken(kind, "length") from None
    except stdnum_errors.ValidationError:
        raise _broken(kind, "format") from None


def _utr(compact: str) -> str:
    return str(utr.validate(compact.removesuffix("K")))


def _vrn(compact: str) -> str:
    digits = compact.removeprefix("GB")
    if not digits.isdigit():
        raise stdnum_errors.InvalidFormat
    if len(digits) != len("980780684"):
        raise stdnum_errors.InvalidLength
    return str(vat.validate(digits))


def _nino(compact: str) -> str:
    if not _NINO.fullmatch(compact):
        raise stdnum_errors.InvalidFormat
    return compact


def _paye(compact: str) -> str:
    parts = _PAYE.fullmatch(compact)
    if not parts:
        raise stdnum_errors.InvalidFormat
    return f"{parts[1]}/{parts[2]}"


def _own(text: str) -> str:
    spelt = text.strip().upper()
    if not _OWN.fullmatch(spelt):
        raise _broken(OWN, "format")
    return spelt


_CHECKS = {
    ReferenceKind.UTR: _utr,
    ReferenceKind.NINO: _nino,
    ReferenceKind.VRN: _vrn,
    ReferenceKind.PAYE: _paye,
}


def _broken(kind: Kind, rule: str) -> Invalid:
    name = "reference of the campaign's own" if kind == OWN else kind.upper()
    message = f"not a valid {name}: {rule}"
    return Invalid(message, Problem("customer_reference", rule, message))
