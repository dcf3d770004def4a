"""Names and addresses after their time: taken out, but for those of a restricted customer."""

from datetime import timedelta

from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.population.repository.block_reader import BlockReader
from services.dispatcher.population.repository.blocks import customers_in
from services.dispatcher.population.repository.population import MongoPopulation
from shared.clock import SystemClock
from shared.protection import Cipher, load_keyring
from shared.retention.retention import Retention
from shared.running.watched_file import WatchedFile
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.dispatcher.given.subjects import ask, whom
from tests.support.inside import Corner, Inside

CUSTOMERS = range(1, 6)
RESTRICTED = 3


async def readable(dispatcher: Inside, corner: Corner, load: str) -> list[int]:
    """Returns the rows of customers who can still be read, by a reader that remembers nothing."""
    cipher = Cipher(WatchedFile(corner.home.keyring, load_keyring))
    blocks = await BlockReader(dispatcher.service.store["recipients"]).holding(load, set(CUSTOMERS))
    return [n for block in blocks for n, customer in customers_in(block, cipher) if not customer.erased]


async def retained(dispatcher: Inside, corner: Corner, days: int) -> None:
    corner.move_clock(SystemClock().now() + timedelta(days=days))
    while await dispatcher.part(Retention).step():
        pass


async def test_names_go_after_three_years_unless_the_campaign_is_under_way_or_the_customer_restricted(
    dispatcher: Inside, corner: Corner
) -> None:
    load = (await put(dispatcher, file([row(n) for n in CUSTOMERS]))).json()["load"]
    assert (await ask(dispatcher, "restrict", {"whom": whom(RESTRICTED), "reason": "legal-claim"})).status_code == 204
    await retained(dispatcher, corner, 1_100)
    assert await readable(dispatcher, corner, load) == list(CUSTOMERS), "the campaign is under way"
    campaigns = MongoCampaigns(dispatcher.service.store, "dispatcher")
    await campaigns.decide(CAMPAIGN, Status.STOPPED, 2, SystemClock().now())
    await retained(dispatcher, corner, 1_090)
    assert await readable(dispatcher, corner, load) == list(CUSTOMERS)
    await retained(dispatcher, corner, 1_100)
    assert await readable(dispatcher, corner, load) == [RESTRICTED]
    assert len(await dispatcher.part(MongoPopulation).places(load, CUSTOMERS)) == len(CUSTOMERS), "it still adds up"
    assert (await ask(dispatcher, "export", whom(1))).status_code == 404
    await ask(dispatcher, "lift", {"whom": whom(RESTRICTED), "reason": "claim-over"})
    await retained(dispatcher, corner, 1_101)
    assert await readable(dispatcher, corner, load) == []
