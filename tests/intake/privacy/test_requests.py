"""Requests about a customer are the data protection team's alone, and are checked."""

from tests.intake.given.letters import SendContact
from tests.intake.given.subjects import BY_UTR, customer_in_touch, protect
from tests.support.inside import Corner, Inside


async def test_only_the_data_protection_team_may(intake: Inside, corner: Corner, send_contact: SendContact) -> None:
    await customer_in_touch(intake, corner, send_contact)
    for path, body in (
        ("exports", BY_UTR), ("exports/pdf", BY_UTR), ("restrictions", {"whom": BY_UTR, "reason": "x"}),
        ("erasures", {"whom": BY_UTR, "ground": "objection"}),
    ):  # fmt: skip
        assert (await protect(intake, path, body, "intake-lead")).status_code == 403
    assert (await protect(intake, "exports", {"letter_reference": "9999"})).status_code == 422
    assert (await protect(intake, "exports", {})).status_code == 422
    nobody = {"customer_reference": {"kind": "vrn", "reference": "980780684"}}
    assert (await protect(intake, "exports", nobody)).status_code == 404
