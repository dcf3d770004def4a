from celery import Celery

from bench.peers.blocking import issue_one
from bench.peers.one import AMQP

app = Celery("bench", broker=AMQP)
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=8, task_default_queue="bench-celery",
    broker_connection_retry_on_startup=True, broker_transport_options={"confirm_publish": True},
)  # fmt: skip


@app.task
def issue(row: int) -> None:
    issue_one(row)


def enqueue(size: int) -> None:
    for row in range(1, size + 1):
        issue.delay(row)


COMMAND = ["celery", "-A", "bench.peers.by_celery", "worker", "--pool", "prefork", "-c", "2", "-l", "error"]
