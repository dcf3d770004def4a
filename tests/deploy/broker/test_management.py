"""RabbitMQ's management API fails a question now and then, such as of a queue whose leader is being elected."""

import pytest

from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from shared.messaging import management
from tests.support.receiver import receiver


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "ASKED_AGAIN_AFTER", (0, 0))


async def test_a_question_that_fails_is_asked_again() -> None:
    async with receiver() as broker, Management(f"http://127.0.0.1:{broker.port}") as management:
        broker.at_first, broker.answer = [500, 503], b'[{"name": "otm.unrouted"}]'
        assert await management.listed("queues", "otm") == [{"name": "otm.unrouted"}]


async def test_a_question_that_fails_each_time_is_said_to_fail_and_a_refusal_is_one_at_once() -> None:
    async with receiver() as broker, Management(f"http://127.0.0.1:{broker.port}") as management:
        broker.status = 500
        with pytest.raises(StackError, match="answers 500"):
            await management.listed("queues", "otm")
        assert broker.visitors == 3
        broker.status = 401
        with pytest.raises(StackError, match="answers 401"):
            await management.listed("queues", "otm")
        assert broker.visitors == 4


async def test_a_change_that_fails_is_not_made_twice() -> None:
    async with receiver() as broker, Management(f"http://127.0.0.1:{broker.port}") as management:
        broker.status = 500
        with pytest.raises(StackError, match="answers 500"):
            await management.take({"users": []})
        assert broker.visitors == 1
