"""Outcomes that an analyst reports, and the events that tell of them."""

from typing import Any

from shared.contracts import OutcomesRecorded
from tests.intake.given.letters import ENGLISH
from tests.support.inside import Inside


def outcome(**changes: Any) -> dict[str, Any]:
    fields = {"letter_reference": ENGLISH, "outcome": "paid", "amount_pence": 73_200, "on": "2026-10-02"} | changes
    return {name: value for name, value in fields.items() if value is not None}


async def post(intake: Inside, content: bytes, path: str = "/file", kind: str = "", key: str | None = None) -> Any:
    async with intake.caller("analyst") as analyst:
        headers = {"Content-Type": kind or "application/json"} | ({"Idempotency-Key": key} if key else {})
        return await analyst.post(f"/v1/outcomes{path}", content=content, headers=headers)


async def told(intake: Inside) -> list[OutcomesRecorded]:
    return [OutcomesRecorded.model_validate_json(each.body) for each in await intake.said()]
