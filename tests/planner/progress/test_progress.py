"""Planner follows what becomes of a campaign, and hears nothing twice."""

from datetime import timedelta

import pytest

from services.planner.progress.ports import ProgressRepository
from shared.contracts import DispatchCompleted, NoticeFailed, NoticeSent, PopulationLoaded
from shared.identifiers import new_id
from tests.planner.given.hearing import CAMPAIGN, drafted, handlers, heard
from tests.support.inside import Inside
from tests.support.samples import sample


async def test_a_population_that_was_replaced_does_not_come_back(planner: Inside) -> None:
    progress = planner.part(ProgressRepository)
    first = sample(PopulationLoaded, campaign=CAMPAIGN)
    second = first.model_copy(update={"load": new_id(), "loaded_at": first.loaded_at + timedelta(milliseconds=1)})
    for heard_of in (first, second, first):
        await progress.population_loaded(heard_of)
    assert await progress.population(CAMPAIGN) == second


async def test_events_of_other_services_appear_in_the_progress(planner: Inside) -> None:
    await drafted(planner)
    hear = handlers(planner)
    loaded, done = sample(PopulationLoaded, campaign=CAMPAIGN), sample(DispatchCompleted, campaign=CAMPAIGN)
    sent, failed = sample(NoticeSent, campaign=CAMPAIGN), sample(NoticeFailed, campaign=CAMPAIGN)
    failed = failed.model_copy(update={"notice": sent.notice.replace("c", "d")})
    for _ in range(2):
        await hear.note_population(heard(loaded))
        await hear.note_dispatch(heard(done))
        await hear.note_notice(heard(sent))
        await hear.note_notice(heard(failed))
    async with planner.caller("operator") as operator:
        progress = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()
    assert progress["population"]["eligible"] == loaded.eligible
    assert progress["dispatch"]["arms"] == [arm.model_dump() for arm in done.arms]
    assert {notice["notice"]: notice["sent"] for notice in progress["notices"]} == {
        sent.notice: True, failed.notice: False,
    }  # fmt: skip


@pytest.mark.parametrize("returned_first", [True, False])
async def test_a_notice_that_came_back_ends_as_failed_in_whatever_order_that_is_heard(
    planner: Inside, returned_first: bool
) -> None:
    sent = sample(NoticeSent, campaign=CAMPAIGN)
    later = sent.sent_at + timedelta(hours=1)
    failed = sample(NoticeFailed, campaign=CAMPAIGN, notice=sent.notice, failed_at=later)
    hearing = handlers(planner)
    for notice in (failed, sent) if returned_first else (sent, failed):
        await hearing.note_notice(heard(notice))
    (known,) = (await planner.part(ProgressRepository).progress(CAMPAIGN))["notices"]
    assert (known["sent"], known["reason"]) == (False, failed.reason)
