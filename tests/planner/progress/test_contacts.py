"""Contacts are counted once and as they were corrected last, in whatever order they are heard."""

import asyncio
from functools import partial

import pytest

from services.planner.progress.ports import ProgressRepository
from shared.contracts import (
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    InformationAssigned,
    InformationVolunteered,
)
from shared.contracts.contacts import CountedContact
from shared.identifiers import new_id
from tests.planner.given.hearing import CAMPAIGN, drafted, handlers, heard
from tests.support.inside import Inside
from tests.support.samples import sample


async def test_responses_are_counted_by_day_arm_and_kind_once_for_each_event(planner: Inside) -> None:
    await drafted(planner)
    hear = handlers(planner)
    arms = ("plain", "plain", "social-norm")
    contacts = [heard(sample(ContactRecorded, campaign=CAMPAIGN, arm=arm, contact=new_id())) for arm in arms]
    together = tuple(sample(ContactRecorded, campaign=CAMPAIGN, arm=arm, contact=new_id()) for arm in (*arms, None))
    elsewhere = sample(ContactRecorded, campaign="OTM-26-0002", arm="plain", contact=new_id())
    stream = heard(ContactsRecorded(batch=new_id(), contacts=(*together, elsewhere)))
    late = heard(sample(ContactRecorded, campaign=CAMPAIGN, arm=None, received_at="2026-09-10T23:30:00Z"))
    volunteered = heard(sample(InformationVolunteered, campaign=CAMPAIGN, arm="plain"))
    about_another_letter = heard(sample(ContactRecorded, campaign=None))
    for _ in range(2):  # every one of them comes twice
        await asyncio.gather(*(hear.count_contact(event) for event in (*contacts, late, about_another_letter)))
        await hear.count_contacts(stream)
        await hear.count_volunteered(volunteered)
    async with planner.caller("operator") as operator:
        progress = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/progress")).json()
    assert [(r["on"], r["arm"], r["kind"], r["count"]) for r in progress["responses"]] == [
        ("2026-09-10", "none", "contact", 1),
        ("2026-09-10", "plain", "contact", 4),
        ("2026-09-10", "plain", "volunteered", 1),
        ("2026-09-10", "social-norm", "contact", 2),
        ("2026-09-11", "none", "contact", 1),  # it was after midnight in London
    ]


async def test_a_contact_counts_as_it_was_corrected_last_although_an_older_intake_does_not_say_how_it_was(
    planner: Inside,
) -> None:
    await drafted(planner)
    recorded = sample(ContactRecorded, campaign=CAMPAIGN, arm="plain")
    moved = sample(
        ContactCorrected,
        contact=recorded.contact,
        campaign=CAMPAIGN,
        arm="social-norm",
        version=2,
        void=False,
        was=None,
    )
    gone = moved.model_copy(update={"version": 3, "void": True})
    hear = handlers(planner)
    progress = planner.part(ProgressRepository)
    steps: list[tuple[tuple[ContactRecorded | ContactCorrected, ...], list[str]]] = [
        ((recorded,), ["plain"]),
        ((moved, recorded), ["social-norm"]),
        ((gone, moved), []),
    ]
    for heard_so_far, arms in steps:
        for data in heard_so_far:
            if isinstance(data, ContactCorrected):
                await hear.recount_contact(heard(data))
            else:
                await hear.count_contact(heard(data))
        assert [response.arm for response in await progress.responses(CAMPAIGN)] == arms
    first = moved.model_copy(update={"contact": new_id(), "campaign": None})
    await hear.recount_contact(heard(first))  # before what it corrects, and about a letter that nobody knows
    await hear.count_contact(heard(recorded.model_copy(update={"contact": first.contact})))
    assert await progress.responses(CAMPAIGN) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
async def test_a_contact_of_a_stream_moves_with_each_correction_in_whatever_order_they_are_heard(
    planner: Inside, order: tuple[int, ...]
) -> None:
    await drafted(planner)
    hear, progress = handlers(planner), planner.part(ProgressRepository)
    recorded = [sample(ContactRecorded, campaign=CAMPAIGN, arm="plain", contact=new_id()) for _ in range(3)]
    stream = ContactsRecorded(batch=new_id(), contacts=tuple(recorded))
    was = CountedContact(campaign=CAMPAIGN, arm="plain", received_at=recorded[0].received_at)
    moved = sample(
        ContactCorrected, contact=recorded[0].contact, campaign=CAMPAIGN, arm="social-norm", version=2, was=was
    )
    gone = moved.model_copy(update={"version": 3, "void": True, "was": was.model_copy(update={"arm": "social-norm"})})
    steps = (
        partial(hear.count_contacts, heard(stream)),
        partial(hear.recount_contact, heard(moved)),
        partial(hear.recount_contact, heard(gone)),
    )
    for number in (*order, *order):  # each comes twice
        await steps[number]()
    assert [(each.arm, each.count) for each in await progress.responses(CAMPAIGN)] == [("plain", 2)]


@pytest.mark.parametrize("assigned_first", [False, True])
async def test_volunteered_information_counts_once_for_its_assigned_campaign(
    planner: Inside, assigned_first: bool
) -> None:
    await drafted(planner)
    hear, progress = handlers(planner), planner.part(ProgressRepository)
    told = sample(InformationVolunteered, campaign=None, arm=None)
    known = sample(InformationAssigned, disclosure=told.disclosure, campaign=CAMPAIGN, arm="plain", version=2)
    for _ in range(2):  # both come twice
        if assigned_first:
            await hear.recount_volunteered(heard(known))
        await hear.count_volunteered(heard(told))
        await hear.recount_volunteered(heard(known))
    found = await progress.responses(CAMPAIGN)
    assert [(each.on.isoformat(), each.arm, each.kind, each.count) for each in found] == [
        ("2026-09-10", "plain", "volunteered", 1)
    ]
    gone = known.model_copy(update={"campaign": "OTM-26-0002", "version": 3})
    for data in (gone, known):
        await hear.recount_volunteered(heard(data))
    assert await progress.responses(CAMPAIGN) == []
    assert [each.count for each in await progress.responses("OTM-26-0002")] == [1]
