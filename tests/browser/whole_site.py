"""The whole site in this process: all services with pages behind nginx, with something on every page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from deploy.local.stack.home import Home
from deploy.local.stack.site import OneSite, nginx
from services.dispatcher.app import NAME as DISPATCHER
from services.dispatcher.app import build_app as build_dispatcher
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake.app import build_app as build_intake
from services.intake.settings import Settings as IntakeSettings
from services.planner.app import build_app as build_planner
from services.planner.settings import Settings as PlannerSettings
from shared.contracts import CampaignApproved
from tests.browser.live import campaign_that_is_live, morning
from tests.browser.notifying import notifying
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.intake.given.disclosures import SAID
from tests.intake.given.letters import CALLED, register, report, send
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample


@asynccontextmanager
async def whole_site(folder: Path, mongo_url: str, database: str, amqp_url: str) -> AsyncIterator[str]:
    """Yields the address. Planner has a campaign that waits for its first gate, a draft that clashes with it, and one
    that is live; intake has letters and the calls of a morning; dispatcher has a campaign with its population, and two
    that wait for it; notifier sees a dead letter.
    """
    program = nginx()
    assert program, "the pages of all services are one site with nginx: apt-get install nginx-light"
    home = Home(folder / "site")
    home.prepare()
    site = OneSite(home, program)
    settings = {"personas": True, "address": site.url}
    planning = Corner.made(folder / "planner", mongo_url, f"{database}_p")
    taking = Corner.made(folder / "intake", mongo_url, database)
    sending = Corner.made(folder / "dispatcher", mongo_url, f"{database}_d")
    telling = Corner.made(folder / "notifier", mongo_url, f"{database}_n")
    for kept in ("keyring", "access", "credentials"):
        for other in (taking, sending, telling):
            shutil.copy(getattr(planning.home, kept), getattr(other.home, kept))
    planning.move_clock(DESIGNED)
    taking.move_clock(CALLED)
    async with AsyncExitStack() as stack:
        planner = build_planner(planning.settings(PlannerSettings, site=settings))
        intake = build_intake(taking.settings(IntakeSettings, site=settings))
        plans = await stack.enter_async_context(inside(planner, planning))
        calls = await stack.enter_async_context(inside(intake, taking))
        folders = {"print_folder": folder / "letters", "spool_folder": folder / "spool"}
        dispatcher = build_dispatcher(sending.settings(DispatcherSettings, site=settings, **folders))
        letters = await stack.enter_async_context(inside(dispatcher, sending))
        notices = await stack.enter_async_context(notifying(telling, amqp_url, settings))
        people = await stack.enter_async_context(People(plans))
        await people.draft()
        await people.answer()
        await people.word()
        await people.submit()
        await people.draft(title="Income from letting property, by text")
        await populated(letters, await campaign_that_is_live(people))
        await register(calls)
        await morning(calls)
        await send(calls, report(reason="cannot-pay", volunteered=SAID))
        urls = {
            "planner": await stack.enter_async_context(plans.listening()),
            "intake": await stack.enter_async_context(calls.listening()),
            "dispatcher": await stack.enter_async_context(letters.listening()),
            "notifier": await stack.enter_async_context(notices.listening()),
        }
        site.lead_to(urls)
        await stack.enter_async_context(site)
        yield site.url


async def populated(dispatcher: Inside, live: str) -> None:
    """Lets dispatcher hear of three campaigns, `live` among them, and loads the population of one, of which a row is
    rejected and one suppressed."""
    campaigns = MongoCampaigns(dispatcher.service.store, DISPATCHER)
    for reference in (CAMPAIGN, "OTM-26-0043", live):
        await campaigns.approve(sample(CampaignApproved, campaign=reference, respond_by="2027-10-29"))
    content = file([*(row(n) for n in range(40)), row(40, customer_reference="1"), row(41, flags="deceased")])
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=content)
        assert answer.status_code == 201, answer.text
