"""A customer by their reference: UTR, NINO, VRN or PAYE, or a reference of a campaign's own."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shared.reading.references import OWN, Kind, ReferenceKind, read_reference
from shared.values import CampaignReference, Value

__all__ = ["OWN", "CustomerReference", "Kind", "ReferenceKind", "normalise"]

normalise = read_reference


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
        """Returns the reference in its one spelling. Raises `Invalid`, as `read_reference` does."""
        return self.model_copy(update={"reference": read_reference(self.kind, self.reference)})
