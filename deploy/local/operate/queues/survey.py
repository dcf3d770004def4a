"""The whole of the queues at one moment: counts of the broker, ages, and the campaigns that wait."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, computed_field

from deploy.local.broker.management import Management
from deploy.local.client import Client, endpoint
from deploy.local.errors import StackError
from deploy.local.operate.protection.operators import address
from shared.messaging.names import vhost_of
from shared.messaging.queues.figures import figures
from shared.messaging.queues.impact import impact_of
from shared.messaging.queues.queue import QueueNow, ServiceNow, by_service

ANSWER_SECONDS = 5.0
SERVICE_SECONDS = 3.0
LIVE = ("live", "paused")
DONE = ("issued", "failed", "suppressed-late")


class Survey(BaseModel, frozen=True):
    """All queues of the stack. `unknown` says what could not be asked, such as dispatcher, and why."""

    queues: list[QueueNow]
    unknown: list[str] = []

    @computed_field  # type: ignore[prop-decorator]
    @property
    def well(self) -> bool:
        """Whether every queue is there and consumed, and nothing is in the dead letters or unrouted."""
        return not any(queue.troubled for queue in self.queues)

    @property
    def services(self) -> list[ServiceNow]:
        return by_service(self.queues)


async def survey() -> Survey:
    """Asks the broker's management API and dispatcher. Raises `StackError` where the broker cannot be asked."""
    vhost = vhost_of(address("amqp"))
    async with Management(address("management"), ANSWER_SECONDS) as management:
        queues = await figures(management, vhost)
    if all(queue.missing for queue in queues):
        raise StackError(f"The virtual host {vhost} has no queues of One to Many: start the services first")
    letters, unknown = await asyncio.to_thread(_letters) if any(queue.depth for queue in queues) else ([], [])
    told = [queue.model_copy(update={"impact": impact_of(queue, letters)}) for queue in queues]
    return Survey(queues=told, unknown=unknown)


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


def letters_waiting(campaign: str, dispatch: Mapping[str, Any]) -> str | None:
    """Returns `wave 3 of OTM-26-0007, 412 letters waiting` from dispatcher's account of a campaign; None where no wave
    that has begun waits for anything."""
    begun = [wave for wave in dispatch["waves"] if wave["started_at"]]
    if not begun:
        return None
    done = sum(row["count"] for row in dispatch["ledger"] if row["state"] in DONE)
    waiting = sum(wave["communications"] for wave in begun) - done
    if waiting <= 0:
        return None
    letters = "letter" if waiting == 1 else "letters"
    return f"wave {begun[-1]['number']} of {campaign}, {waiting:,} {letters} waiting"
