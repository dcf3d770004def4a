"""Details of a referral: facts that the team needs to know."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.intake.vocabulary import Reason
from shared.values import Value

ShortText = Annotated[str, StringConstraints(max_length=1_000)]
Pence = Annotated[int, Field(strict=True, ge=0, le=10**13)]


class Details(Value):
    """Facts for the team: the first three for debt management, the fourth for extra support, the last for everybody."""

    expected_liability_pence: Pence | None = Field(None, repr=False)
    time_to_pay: bool | None = Field(None, repr=False)
    special_treatment: ShortText | None = Field(None, repr=False)
    support_offered: ShortText | None = Field(None, repr=False)
    message: ShortText | None = Field(None, repr=False)


def details_of(reason: Reason, volunteered_pence: int | None, support_offered: str | None) -> Details:
    """Returns what the contact itself tells the team that it goes to."""
    return Details(
        expected_liability_pence=volunteered_pence,
        time_to_pay=True if reason == "cannot-pay" else None,
        support_offered=support_offered[:1_000] if support_offered else None,
    )
