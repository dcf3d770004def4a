"""A disclosure that a customer made, and a file that belongs to it."""

from typing import Any

from tests.intake.given.letters import ENGLISH, report, send
from tests.support.inside import Inside

SAID = {
    "kind": "disclosure",
    "description": "Two flats were left out",
    "items": [{"what": "rent", "period": "2024-25", "amount_pence": 734_500, "tax": "income-tax"}],
}
PDF = b"%PDF-1.7\n" + b"Gwenllian's rent book. " * 30_000


async def volunteer(intake: Inside, reference: str = ENGLISH) -> dict[str, Any]:
    answer = await send(intake, report(letter_reference=reference, volunteered=SAID))
    assert answer.status_code == 201
    contact: dict[str, Any] = answer.json()
    return contact
