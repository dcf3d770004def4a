"""Who is this customer, and what do we say: letters over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake.api.callers import Reader
from services.intake.register import Answer, Register
from shared.letter_reference import parse_letter_reference
from shared.web.parts import part

router = APIRouter(tags=["look-up"])


@router.get("/letters/{reference}")
async def look_up(reference: str, _caller: Reader, register: Annotated[Register, Depends(part(Register))]) -> Answer:
    """What the letter in a customer's hand is about, and what to say. The reference in any case and spacing."""
    return await register.look_up(parse_letter_reference(reference))
