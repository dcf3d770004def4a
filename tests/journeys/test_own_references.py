"""Two campaigns with the same references of their own, through both services that know customers."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.dispatcher import app as dispatching
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake import app as taking
from services.intake.settings import Settings as IntakeSettings
from shared.contracts import CommunicationsIssued, OutcomesAttributed
from shared.events import first_event
from tests.dispatcher.given.cases import NAMES, OTHER, case, issue, ledger, loaded
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import approve
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.subjects import ask
from tests.intake.given.letters import CALLED, handlers, report, send
from tests.intake.given.outcomes import outcome, post, told
from tests.intake.given.subjects import protect
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside, inside

BOTH = (CAMPAIGN, OTHER)


class Services:
    """Both, each with a store of its own, and what dispatcher said told to intake."""

    def __init__(self, intake: Inside, dispatcher: Inside, desk: Desk) -> None:
        self.intake, self.dispatcher, self.desk = intake, dispatcher, desk

    async def issue(self) -> None:
        await approve(self.dispatcher, CAMPAIGN)
        await loaded(self.dispatcher, self.desk)
        await issue(self.desk)
        for said in self.desk.spoken.of(CommunicationsIssued):
            await handlers(self.intake).register_letters(first_event(said, "dispatcher", NOON))

    async def numbers(self, state: str) -> list[int]:
        """Returns the numbers of the cases with which this was done in both campaigns."""
        entries = [await ledger(self.desk, campaign) for campaign in BOTH]
        return [n for n in entries[0] if {each[n]["state"] for each in entries} == {state}]

    async def look_up(self, campaign: str, number: int) -> list[str]:
        async with self.intake.caller("helpline") as helpline:
            answer = await helpline.post("/v1/look-up", json=case(number, campaign))
        return [found["letter"]["reference"] for found in answer.json()]

    async def kept(self, campaign: str, number: int) -> list[Any]:
        """Returns each service's export of a customer, without the log of look-ups, because that grows."""
        whom = case(number, campaign)
        answers: list[httpx.Response] = [
            await protect(self.intake, "exports", whom), await ask(self.dispatcher, "export", whom)
        ]  # fmt: skip
        return [answer.json().get("holdings") for answer in answers]


@pytest.fixture
async def services(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Services]:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(CALLED)
    further = {"mongo_database": f"{database}_d", "print_folder": tmp_path / "print", "spool_folder": tmp_path}
    settings = corner.settings(DispatcherSettings, **further)
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(inside(taking.build_app(corner.settings(IntakeSettings)), corner))
        dispatcher = await stack.enter_async_context(inside(dispatching.build_app(settings), corner))
        services = Services(intake, dispatcher, Desk(dispatcher, tmp_path / "letters"))
        await services.issue()
        yield services


async def test_a_customer_is_the_same_to_both_services_and_another_than_in_the_other_campaign(
    services: Services,
) -> None:
    number, control = (await services.numbers("issued"))[0], (await services.numbers("control"))[0]
    letters = [(await ledger(services.desk, campaign))[number]["_id"] for campaign in BOTH]
    assert [await services.look_up(campaign, number) for campaign in BOTH] == [[letters[0]], [letters[1]]]

    body = outcome(letter_reference=None, campaign=CAMPAIGN, **case(control, None))
    await post(services.intake, json.dumps(body).encode(), "")
    (recorded,) = await told(services.intake)
    await services.desk.hear.attribute_outcomes(heard(recorded))
    await services.desk.hear.attribute_outcomes(heard(recorded.model_copy(update={"campaign": OTHER})))
    (attributed,) = services.desk.spoken.of(OutcomesAttributed)
    assert [(attributed.campaign, fact.arm) for fact in attributed.facts] == [(CAMPAIGN, "control")]

    for letter in letters:
        await send(services.intake, report(letter_reference=letter))
    others = await services.kept(OTHER, number)
    assert [found["population"][0]["said"]["name"] for found in others[1:]] == [NAMES[OTHER]]
    erasure = {"whom": case(number, CAMPAIGN), "ground": "objection"}
    assert (await protect(services.intake, "erasures", erasure)).json()["erased"] == {"contacts": 1}
    assert (await ask(services.dispatcher, "erase", erasure)).json()["erased"] == {"population": 1}
    assert await services.kept(OTHER, number) == others
    assert "contacts" not in (await services.kept(CAMPAIGN, number))[0]
