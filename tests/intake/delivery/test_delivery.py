"""The letter issuer says what became of letters, signed, and each of its reports counts once."""

from typing import Any

from shared.contracts import DeliveryReported
from tests.intake.given.letters import ENGLISH, UNKNOWN, WELSH, report, send
from tests.support.inside import Inside

AT = "2026-09-14T07:30:00Z"
DESPATCHED = {
    "letters": [
        {"letter_reference": ENGLISH, "at": AT},
        {"letter_reference": UNKNOWN, "at": AT},
        {"letter_reference": "smudged", "at": AT},
        {"letter_reference": WELSH.lower(), "state": "failed", "reason": "no-such-address", "at": AT},
    ]
}
RETURNED = {"letters": [{"letter_reference": ENGLISH, "reason": "gone-away", "at": AT}]}


async def told(intake: Inside) -> list[tuple[str, str, str | None, str]]:
    said = [DeliveryReported.model_validate_json(each.body) for each in await intake.said()]
    return [(event.reference, event.state, event.reason, event.provider) for event in said]


async def test_despatch_reports_and_returned_mail_are_passed_on_once(intake: Inside) -> None:
    for path, body, key in (("despatch-reports", DESPATCHED, "d-1"), ("returned-mail", RETURNED, "r-1")):
        first, again = [await send(intake, body, key, f"/v1/letter-issuer/{path}") for _ in range(2)]
        other = await send(intake, body | {"letters": body["letters"][:1] * 2}, key, f"/v1/letter-issuer/{path}")
        assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 409)
    assert await told(intake) == [
        (ENGLISH, "dispatched", None, "letter-issuer"),
        (WELSH, "failed", "no-such-address", "letter-issuer"),
        (ENGLISH, "returned", "gone-away", "letter-issuer"),
    ]
    answer = await send(intake, DESPATCHED, None, "/v1/letter-issuer/despatch-reports")
    assert answer.json() == {"passed_on": 2, "unknown": [1, 2]}


async def test_nothing_that_is_not_signed_is_taken(intake: Inside) -> None:
    bodies: dict[str, Any] = {"contacts": report(), "despatch-reports": DESPATCHED, "returned-mail": RETURNED}
    async with intake.caller(None) as stranger:
        for path, body in bodies.items():
            headers = intake.key("letter-issuer")
            answer = await stranger.post(f"/v1/letter-issuer/{path}", json=body, headers=headers)
            assert answer.status_code == 401
    assert await told(intake) == []
