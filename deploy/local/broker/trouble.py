"""Trouble of a broker that answers."""

import asyncio

from deploy.local.broker.management import Management
from deploy.local.errors import StackError

ADVICE = {
    "memory": "it is short of memory and takes no messages until it has some again",
    "disk": "its disk is nearly full and it takes no messages until there is room again",
}


async def broker_trouble(management_url: str, seconds: float) -> str:
    """Returns its alarms in words, or that its management API does not answer; an empty text where all is well."""
    try:
        async with asyncio.timeout(seconds), Management(management_url, seconds) as management:
            alarms = await management.alarms()
    except TimeoutError:
        return f"its management API does not answer within {seconds:g} s"
    except StackError as error:
        return str(error)
    return "; ".join(f"{alarm} alarm: {ADVICE.get(alarm, 'see its own log')}" for alarm in alarms)
