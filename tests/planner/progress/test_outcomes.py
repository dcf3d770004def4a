"""Outcomes and returned letters are counted once, for the arm that dispatcher knows."""

import pytest

from shared.contracts import CommunicationsReturned, OutcomesAttributed, OutcomesRecorded
from shared.identifiers import new_id
from tests.planner.given.hearing import CAMPAIGN, drafted, handlers, heard
from tests.support.inside import Inside
from tests.support.samples import sample, stored


@pytest.mark.parametrize("attributed_first", [False, True])
async def test_an_outcome_counts_for_the_arm_that_dispatcher_knows_in_whatever_order_that_is_heard(
    planner: Inside, attributed_first: bool
) -> None:
    await drafted(planner)
    hear = handlers(planner)
    recorded = heard(sample(OutcomesRecorded, campaign=CAMPAIGN))
    attributed = heard(sample(OutcomesAttributed, campaign=CAMPAIGN))
    for _ in range(2):  # both come twice
        if attributed_first:
            await hear.note_attributed_outcomes(attributed)
        await hear.note_outcomes(recorded)
        await hear.note_attributed_outcomes(attributed)
    async with planner.caller("operator") as operator:
        outcomes = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()["outcomes"]
    assert [(o["arm"], o["outcome"], o["count"]) for o in outcomes] == [("control", "filed", 1), ("plain", "paid", 1)]


async def test_an_outcome_whose_letter_became_known_later_counts_once_and_for_its_arm(planner: Inside) -> None:
    await drafted(planner)
    hear = handlers(planner)
    fact = stored(OutcomesRecorded)["facts"][0] | {"id": new_id(), "outcome": "filed"}
    for arm in (None, "plain", None):
        said = sample(OutcomesRecorded, campaign=CAMPAIGN, facts=[fact | {"arm": arm}], counts=[])
        await hear.note_outcomes(heard(said))
    async with planner.caller("operator") as operator:
        outcomes = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()["outcomes"]
    assert [(o["arm"], o["outcome"], o["count"]) for o in outcomes] == [("plain", "filed", 1)]


async def test_outcomes_and_returned_letters_are_counted_once(planner: Inside) -> None:
    await drafted(planner)
    hear = handlers(planner)
    outcomes = sample(OutcomesRecorded, campaign=CAMPAIGN)
    for _ in range(2):
        await hear.note_outcomes(heard(outcomes))
        await hear.note_returned(heard(sample(CommunicationsReturned, campaign=CAMPAIGN)))
    async with planner.caller("operator") as operator:
        progress = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()
    assert sum(total["count"] for total in progress["outcomes"]) == len(outcomes.facts)
    assert progress["returned"] == 1
