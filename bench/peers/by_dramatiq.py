import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from bench.peers.blocking import issue_one
from bench.peers.one import AMQP

dramatiq.set_broker(RabbitmqBroker(url=AMQP or None, confirm_delivery=True))


@dramatiq.actor(queue_name="bench-dramatiq")
def issue(row: int) -> None:
    issue_one(row)


def enqueue(size: int) -> None:
    for row in range(1, size + 1):
        issue.send(row)


COMMAND = ["dramatiq", "bench.peers.by_dramatiq", "--processes", "2", "--threads", "8"]
