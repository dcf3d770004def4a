"""Requests about a customer are the data protection team's alone, and are checked."""

from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.subjects import ask, whom
from tests.support.inside import Inside


async def test_only_the_data_protection_team_may_and_references_are_checked(dispatcher: Inside, desk: Desk) -> None:
    for what, body in (
        ("export", whom(1)), ("restrict", {"whom": whom(1), "reason": "x"}), ("lift", {"whom": whom(1), "reason": "x"}),
        ("erase", {"whom": whom(1), "ground": "objection"}),
    ):  # fmt: skip
        assert (await ask(dispatcher, what, body, "analyst")).status_code == 403
    wrong = {"customer_reference": {"kind": "utr", "reference": "2955839661"}}
    refused = await ask(dispatcher, "export", wrong)
    assert (refused.status_code, refused.json()["problems"][0]["rule"]) == (422, "check-digit")
    assert "2955839661" not in refused.text
    assert (await ask(dispatcher, "export", {})).status_code == 422
    assert (await ask(dispatcher, "erase", {"whom": whom(1), "ground": "because"})).status_code == 422
