"""`otm down --clean` takes away what a stack has made, and nothing of anybody else's."""

from uuid import uuid4

import aio_pika
import pytest

from deploy.local.broker.management import Management
from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.settings import LocalSettings
from shared.messaging.names import vhost_of
from tests.deploy.given.otm import Otm

OURS = ["planner.contact.recorded.v1", "intake.dead", "otm.unrouted", "notifier.retry.60s"]
THEIRS = "billing.invoices"


@pytest.mark.parametrize("with_management", [True, False])
async def test_queues_and_exchanges_of_the_stack_go_from_a_given_broker_and_those_of_others_stay(
    infrastructure: Infrastructure, home: Home, with_management: bool
) -> None:
    url = await infrastructure.broker.create_vhost(f"clean-{uuid4().hex[:8]}")
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in [*OURS, THEIRS]:
            await channel.declare_queue(name, durable=True)
        for name in ("otm.events", THEIRS):
            await channel.declare_exchange(name, "topic", durable=True)
        await channel.default_exchange.publish(aio_pika.Message(b"left"), OURS[0])
    management_url = infrastructure.management_url if with_management else None
    otm = Otm(home, LocalSettings(amqp_url=url, management_url=management_url, mongo_url=infrastructure.mongo_url))

    unasked = await otm("down", "--clean")  # nobody is there to say yes
    assert unasked.code != ExitCode.OK
    assert "4 queues" in unasked.said
    assert len(await queues(infrastructure, url)) == len(OURS) + 1

    cleaned = await otm("down", "--clean", "--yes", "--json")
    assert cleaned.json == {"stopped": False, "cleaned": True}
    assert await queues(infrastructure, url) == [THEIRS]
    assert (await otm("down", "--clean", "--yes", "--json")).json == {"stopped": False, "cleaned": True}
    await infrastructure.broker.delete_vhost(vhost_of(url))


async def queues(infrastructure: Infrastructure, url: str) -> list[str]:
    async with Management(infrastructure.management_url or "") as management:
        return [queue["name"] for queue in await management.listed("queues", vhost_of(url))]


async def test_the_data_in_a_stacks_own_folder_goes_and_its_keys_stay(home: Home) -> None:
    home.prepare()
    home.keyring.write_text("{}")
    (home.store / "data").write_text("kept")
    cleaned = await Otm(home, LocalSettings(broker="node", store="secantus"))("down", "--clean", "--yes")
    assert cleaned.code == ExitCode.OK
    assert str(home.store) in cleaned.said
    assert not home.store.exists()
    assert not home.broker.exists()
    assert home.keyring.exists()
