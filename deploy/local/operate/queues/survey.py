"""The whole of the queues at one moment: counts of the broker, ages, and the campaigns that wait."""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel, computed_field

from deploy.local.broker.management import Management
from deploy.local.broker.names import is_ours, vhost_of
from deploy.local.client import Client, endpoint
from deploy.local.errors import StackError
from deploy.local.operate.protection.operators import address
from deploy.local.operate.queues.impact import impact_of, letters_waiting
from deploy.local.operate.queues.queue import QueueNow, missing_queue, oldest_age, queue_of
from shared.messaging.known_queues import KNOWN_QUEUES

COLUMNS = (
    "name,messages_ready,messages_unacknowledged,consumers,message_stats.publish_details.rate,"
    "message_stats.ack_details.rate"
)
ANSWER_SECONDS = 5.0
SERVICE_SECONDS = 3.0
LIVE = ("live", "paused")


class Survey(BaseModel, frozen=True):
    """All queues of the stack. `unknown` says what could not be asked, such as dispatcher, and why."""

    queues: list[QueueNow]
    unknown: list[str] = []

    @computed_field  # type: ignore[prop-decorator]
    @property
    def well(self) -> bool:
        """Whether every queue is there and consumed, and nothing is in the dead letters or unrouted."""
        return not any(queue.troubled for queue in self.queues)


async def survey() -> Survey:
    """Asks the broker's management API and dispatcher. Raises `StackError` where the broker cannot be asked."""
    vhost = vhost_of(address("amqp"))
    async with Management(address("management"), ANSWER_SECONDS) as management:
        listed = await management.listed("queues", vhost, COLUMNS)
        found = {each["name"]: queue_of(each) for each in listed if is_ours(each["name"])}
        if not found:
            raise StackError(f"The virtual host {vhost} has no queues of One to Many: start the services first")
        aged = await asyncio.gather(*(_aged(management, vhost, queue) for queue in found.values()))
    queues = [*aged, *(missing_queue(name) for name in KNOWN_QUEUES if name not in found)]
    letters, unknown = await asyncio.to_thread(_letters) if any(queue.depth for queue in aged) else ([], [])
    told = [queue.model_copy(update={"impact": impact_of(queue, letters)}) for queue in queues]
    return Survey(queues=sorted(told, key=lambda queue: queue.name), unknown=unknown)


async def _aged(management: Management, vhost: str, queue: QueueNow) -> QueueNow:
    if not queue.depth:
        return queue
    found = oldest_age(queue.depth, await management.published(vhost, queue.name))
    if found is None:
        return queue
    return queue.model_copy(update={"oldest_seconds": round(found[0].total_seconds(), 1), "at_least": found[1]})


def _letters() -> tuple[Sequence[str], list[str]]:
    """Returns the campaigns whose letters wait, in words, and the services that could not be asked."""
    try:
        with Client(endpoint("planner", "operator"), SERVICE_SECONDS, tries=1) as planner:
            running = [each["reference"] for each in planner.get("/v1/campaigns") if each["state"] in LIVE]
        with Client(endpoint("dispatcher", "operator"), SERVICE_SECONDS, tries=1) as dispatcher:
            found = [letters_waiting(each, dispatcher.get(f"/v1/campaigns/{each}/dispatch")) for each in running]
    except StackError as error:
        return [], [f"campaigns are not named: {error}"]
    return [words for words in found if words], []
