"""Connections that a blocking worker holds open: a store, and a channel with confirms."""

import threading
from typing import Any

import pika

from bench.peers.one import AMQP, DONE, issue, store

_own = threading.local()


def issue_one(row: int) -> None:
    database, channel = _held()
    issued = issue(database["recipients"].find_one({"_id": row}))
    database["communications"].insert_one(issued.entry)
    channel.basic_publish("", DONE, issued.event, pika.BasicProperties(delivery_mode=2))


def _held() -> tuple[Any, Any]:
    """Returns the thread's own connections, made on first use: after a worker's processes have been started."""
    if not hasattr(_own, "held"):
        channel = pika.BlockingConnection(pika.URLParameters(AMQP)).channel()
        channel.confirm_delivery()
        _own.held = (store(), channel)
    return _own.held
