"""Trouble of a broker that answers."""

import asyncio

from deploy.local.broker.management import Management, leaderless
from deploy.local.errors import StackError
from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.names import is_ours, vhost_of

ADVICE = {
    "memory": "it is short of memory and takes no messages until it has some again",
    "disk": "its disk is nearly full and it takes no messages until there is room again",
}
COLUMNS = "name,state,type,leader"
NOT_WORKING = ("down", "crashed", "stopped", "minority")
"""States of a queue, as RabbitMQ puts them."""


async def broker_trouble(management_url: str, amqp_url: str, seconds: float) -> str:
    """Returns its alarms and the queues that are missing, in words; an empty text where all is well.

    Queues are missed only where some of the stack's are there: before the services' first start there are none.
    """
    vhost = vhost_of(amqp_url)
    try:
        async with asyncio.timeout(seconds), Management(management_url, seconds) as management:
            alarms, listed = await asyncio.gather(management.alarms(), management.listed("queues", vhost, COLUMNS))
    except TimeoutError:
        return f"its management API does not answer within {seconds:g} s"
    except StackError as error:
        return str(error)
    states = {queue["name"]: queue.get("state", "running") for queue in listed if is_ours(queue["name"])}
    missing = [name for name in KNOWN_QUEUES if name not in states] if states else []
    failed = leaderless(listed)
    down = [name for name, state in states.items() if state in NOT_WORKING or name in failed]
    return "; ".join(
        [
            *(f"{alarm} alarm: {ADVICE.get(alarm, 'see its own log')}" for alarm in alarms),
            *([f"queues that are missing: {', '.join(missing)}"] if missing else []),
            *([f"queues that do not work: {', '.join(down)}"] if down else []),
        ]
    )
