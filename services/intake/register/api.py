"""Look-up of letters and customers over HTTP."""

import asyncio
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator

from services.intake.access_log import PersonalData
from services.intake.callers import Personal, Reader
from services.intake.register.look_up import Answer, LookUp
from shared.customers.reference import CustomerReference
from shared.principal import Principal
from shared.values import Value
from shared.web.dependencies import part

TheLookUp = Annotated[LookUp, Depends(part(LookUp))]

router = APIRouter(tags=["look-up"])


class Known(Value):
    """The one of three things that the customer can tell. A customer's reference never stands in a URL."""

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    customer_reference: CustomerReference | None = None
    letter_says: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, repr=False)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.letter_reference, self.customer_reference, self.letter_says)) != 1:
            raise ValueError("give one of letter_reference, customer_reference and letter_says")
        return self


@router.get("/letters/{reference}")
async def look_up(reference: str, caller: Reader, look_up: TheLookUp, personal: Personal) -> Answer:
    """Look up a letter: what it is about, and what to say. The reference may have any case and spacing."""
    return await _looked_up(reference, caller, look_up, personal)


@router.post("/look-up")
async def look_up_what_is_known(known: Known, caller: Reader, look_up: TheLookUp, personal: Personal) -> list[Answer]:
    """Look up by one thing that the customer knows; nothing found is an empty list, but a 404 for a letter's
    reference."""
    if known.letter_reference is not None:
        return [await _looked_up(known.letter_reference, caller, look_up, personal)]
    if known.customer_reference is not None:
        answers = await look_up.by_customer(known.customer_reference)
        await personal.seen(caller, "customer.looked-up", [key for answer in answers for key in _about(answer)])
        return answers
    return await look_up.by_words(known.letter_says or "")


async def _looked_up(text: str, caller: Principal, look_up: LookUp, personal: PersonalData) -> Answer:
    """The answer is put together while it is noted who asked for it; it is given once that stands in the trail."""
    letter = await look_up.letter(text)
    seen = personal.seen(caller, "letter.looked-up", [letter.customer, letter.reference])
    answer, _ = await asyncio.gather(look_up.about(letter), seen)
    return answer


def _about(answer: Answer) -> list[str | None]:
    return [answer.letter.customer, answer.letter.reference] if answer.letter else []
