"""Campaigns in every state: decided by the rules of planner, written as it writes them, and said as it says them."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from bench.pages.hearing import Hearing
from deploy.local.demo import plan as demo
from services.planner.agreement.gates_file import load_gates
from services.planner.agreement.sign_off import Told
from services.planner.assessment.answer import Given
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import GateDecision, pass_gate, submit
from services.planner.decisions.brief import acknowledge, approve_lines, write_lines
from services.planner.decisions.draft import answer, create
from services.planner.decisions.run import launch
from services.planner.events.changes import events_for, with_seals
from services.planner.lines_to_take.words import Words
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from services.planner.repository import SOURCE, MongoCampaigns, campaign_document, history_entries
from shared.clock import Clock
from shared.contracts import Contract
from shared.events import events_after
from shared.identifiers import new_id
from shared.storage.store import Session, Store

DESIGNED = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
LAUNCH, RESPOND_BY = date(2026, 9, 7), date(2026, 10, 30)
CUSTOMERS = 25_000
RULES = load_gates()
GATES = tuple(gate.code for gate in RULES["default"].gates)
TEAMS = ("customer-services", "debt-management", "press-office")
STATES = ("draft", "submitted", "submitted", "approved", "live")
"""The states of the campaigns, one after the other."""
ANALYSIS = {
    "outcomes": [{"code": "disclosed", "counts": ["disclosed"], "horizons": [30, 90], "expected": 0.05}],
    "primary": {"outcome": "disclosed", "horizon": 30},
    "smallest_effect": 0.02,
}


async def plan_campaigns(mongo_url: str, clock: Clock, campaigns: int) -> list[Campaign]:
    """Writes campaigns with their history, and in the other services what they hear of them. Of the first campaign in
    each state everything is said instead, so that notices go out about it."""
    async with Hearing.at(mongo_url) as hearing:
        repository, found = MongoCampaigns(hearing.planner, clock), list[Campaign]()
        for number, state in zip(range(campaigns), itertools.cycle(STATES), strict=False):
            reference = await repository.next_reference(DESIGNED.year)
            versions = list(_versions(reference, number, state))
            first = all(each.state is not versions[-1].state for each in found)
            said = [(each, events_for(each)) for each in versions]
            await _keep(hearing.planner, versions, said if first else ())
            if not first:
                for _, events in said:
                    await hearing.hear(events)
            found.append(versions[-1])
    return found


async def _keep(
    store: Store, versions: Sequence[Campaign], said: Sequence[tuple[Campaign, Sequence[Contract]]]
) -> None:
    events = [
        event
        for each, contracts in said
        for event in events_after(f"{each.reference}@{each.version}", SOURCE, DESIGNED, contracts)
    ]
    document = campaign_document(versions[-1]) | {"request": new_id(), "digest": "0" * 64}

    async def write(session: Session) -> None:
        await store["campaigns"].insert_one(document, session=session)
        await store["history"].insert_many([row for each in versions for row in history_entries(each)], session=session)

    await store.commit(write, *events)


def _versions(reference: str, number: int, state: str) -> Iterator[Campaign]:
    """Yields every version of a campaign until it is in a state; of those submitted, some have passed some gates."""
    circumstances = Circumstances(RULES)
    for campaign in _drafted(reference, number, circumstances):
        yield campaign
    if state == "draft":
        return
    yield (campaign := approve_lines(campaign, 1, _by("lines-editor")))
    yield (campaign := submit(campaign, _by("designer"), circumstances))
    for gate in GATES if state != "submitted" else GATES[: number % len(GATES)]:
        decision = GateDecision(reason="sound")
        campaign = pass_gate(campaign, gate, decision, _by(f"{gate}-lead"), circumstances)
        yield (campaign := with_seals(campaign, events_for(campaign)))
    if state == "live":
        for team in TEAMS:
            told = Told(plan_version=campaign.plan_version, lines_to_take=campaign.lines_version, at=DESIGNED)
            yield (campaign := acknowledge(campaign, team, told, _by(f"{team}-lead"), circumstances))
        yield launch(campaign, _by("designer"), circumstances)


def _drafted(reference: str, number: int, circumstances: Circumstances) -> Iterator[Campaign]:
    changes = {"regime": f"regime-{number}", "title": f"Income from letting property, part {number + 1}"}
    plan = demo.plan(CUSTOMERS, LAUNCH, RESPOND_BY) | changes | {"analysis": ANALYSIS}
    yield (campaign := create(reference, Plan.model_validate(plan), _by("designer")))
    for question, given in demo.answers(CUSTOMERS, LAUNCH, RESPOND_BY).items():
        given_answer = Given.model_validate(given)
        yield (campaign := answer(campaign, question, given_answer, _by("designer"), circumstances))
    yield write_lines(campaign, Words.model_validate({"lines": demo.LINES}), _by("designer"))


def _by(person: str) -> Act:
    return Act(person, DESIGNED, "as agreed with the helplines")
