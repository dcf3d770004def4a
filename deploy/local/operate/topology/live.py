"""The topology compared with a running broker, and made there."""

from collections.abc import Mapping

from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.operate.protection.operators import address
from deploy.local.operate.topology.definitions import definitions
from deploy.local.operate.topology.drift import Drift, drifts
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from shared.messaging.names import vhost_of


def management_url() -> str:
    """Returns the management API that `OTM_MANAGEMENT_URL` names, or the running stack's own."""
    settings = LocalSettings()
    found = settings.management_url or StackState.read(Home(settings.home).state).urls.get("management")
    if found is None:
        raise StackError("Set OTM_MANAGEMENT_URL (https://user:password@host:port), or start a stack with `otm up`")
    return found


def vhost_of_the_stack() -> str:
    """Returns the virtual host of the broker that `OTM_AMQP_URL` names, or of the running stack."""
    return vhost_of(address("amqp"))


async def differences(url: str, vhost: str, passwords: Mapping[str, str]) -> list[Drift]:
    """Returns what differs on the broker. Without passwords its users are not looked at."""
    async with Management(url) as management:
        there = await management.definitions()
        known = any(it["name"] == vhost for it in there["vhosts"])
        listed = await management.listed("queues", vhost, "name,messages") if known else []
    depths = {queue["name"]: queue["messages"] for queue in listed if "messages" in queue}
    return drifts(definitions(vhost, passwords), there, depths, passwords)


async def apply(url: str, vhost: str, passwords: Mapping[str, str]) -> list[Drift]:
    """Makes all that is missing and changes what can be changed; deletes nothing. Returns what is left to a person."""
    if not await differences(url, vhost, passwords):
        return []
    async with Management(url) as management:
        await management.take(definitions(vhost, passwords))
    return await differences(url, vhost, passwords)
