"""Broker: whether it answers, its alarms, its room, and its version."""

from typing import Any

import aio_pika

from deploy.local.broker.handshake import closing_words
from deploy.local.broker.management import Management
from deploy.local.broker.trouble import ADVICE
from deploy.local.operate.doctor.finding import Finding, many
from deploy.local.operate.stack.status import without_password

OLDEST = (3, 10)
"""The oldest version of RabbitMQ on which retries and dead letters were tried."""
CONNECT_SECONDS = 4.0
LEAST_FREE_DESCRIPTORS = 100
REACH = "start it, or put OTM_AMQP_URL right (amqp://user:password@host:port/virtual-host)"
ALARM = "give the broker memory or disk; see `The broker has an alarm` in docs/runbook.md. Do not restart the services"


async def reached(amqp_url: str) -> Finding:
    """Opens a connection as the services do."""
    where = without_password(amqp_url)
    try:
        connection = await aio_pika.connect(amqp_url, timeout=CONNECT_SECONDS)
        await connection.close()
    except (TimeoutError, OSError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
        return Finding(part="broker", words=f"{where} cannot be used: {await _words(error, amqp_url)}", remedy=REACH)
    return Finding(part="broker", words=f"{where} takes connections")


async def _words(error: Exception, amqp_url: str) -> str:
    try:
        said = await closing_words(amqp_url)
    except (OSError, TimeoutError):
        said = None
    return said or str(error).strip() or type(error).__name__


async def alarms(management: Management) -> Finding:
    found = await management.alarms()
    if not found:
        return Finding(part="broker alarms", words="none")
    words = "; ".join(f"{alarm}: {ADVICE.get(alarm, 'see its own log')}" for alarm in found)
    return Finding(part="broker alarms", words=words, remedy=ALARM)


async def nodes(management: Management) -> list[Finding]:
    """Nodes that run, their disks, their file descriptors and their version."""
    found = await management.nodes()
    down = [str(node["name"]) for node in found if not node.get("running", True)]
    running = [node for node in found if node.get("running", True)]
    return [
        Finding(
            part="broker nodes",
            words=f"{len(running)} of {len(found)} run" + (f"; down: {many(down)}" if down else ""),
            remedy="start them again: a queue with fewer than half of its nodes takes no messages" if down else "",
        ),
        *(finding for node in running for finding in (_disk(node), _descriptors(node)) if finding),
        version(await management.version()),
    ]


def version(text: str) -> Finding:
    """Raises nothing: a version that cannot be read is shown as it is."""
    numbers = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    old = f"upgrade RabbitMQ to {'.'.join(map(str, OLDEST))} or later: older ones lose dead letters"
    return Finding(part="broker version", words=f"RabbitMQ {text}", remedy=old if numbers < OLDEST else "")


def _disk(node: dict[str, Any]) -> Finding | None:
    free, limit = node.get("disk_free"), node.get("disk_free_limit")
    if not isinstance(free, int) or not isinstance(limit, int):
        return None
    near = free < 2 * limit
    words = f"{free / 1e9:.1f} GB free on {node['name']}, alarm below {limit / 1e9:.2f} GB"
    return Finding(
        part="broker disk", words=words, remedy="free disk before the alarm stops publishers" if near else ""
    )


def _descriptors(node: dict[str, Any]) -> Finding | None:
    total, used = node.get("fd_total"), node.get("fd_used")
    if not isinstance(total, int) or not isinstance(used, int) or not total:
        return None
    few = total - used < LEAST_FREE_DESCRIPTORS
    words = f"{total - used:,} of {total:,} file descriptors free on {node['name']}"
    return Finding(
        part="broker descriptors",
        words=words,
        remedy="raise its limit (`ulimit -n 65536`) and restart it" if few else "",
    )
