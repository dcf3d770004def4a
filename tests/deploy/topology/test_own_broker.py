"""A broker that the local stack starts itself is under the policies and limits that operators set on a cluster."""

from deploy.local.broker.broker import VHOST
from deploy.local.operate.topology.definitions import POLICIES
from deploy.local.operate.topology.live import differences
from tests.support.ground import Ground


async def test_its_policies_and_limits_are_as_declared(ground: Ground) -> None:
    found = await differences(ground.management_url, VHOST, {})
    about = ("vhost-limits", *(f"policy {name}" for name in POLICIES))
    assert [each for each in found if each.thing.startswith(about)] == []
