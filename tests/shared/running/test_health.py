"""Whether a service may be sent work depends on what it cannot do without, and on nothing else."""

import pytest

from shared.errors import Unavailable
from shared.running.health import Check, Health, State


async def well() -> None:
    """Nothing ails it."""


async def ill() -> None:
    raise Unavailable("amqp://guest:secret@broker does not answer")


@pytest.mark.parametrize(
    ("store", "broker", "stopping", "state"),
    [
        (well, well, False, "ok"),
        (well, ill, False, "degraded"),
        (ill, well, False, "not-ready"),
        (ill, ill, False, "not-ready"),
        (well, well, True, "not-ready"),
    ],
)
async def test_only_the_store_and_being_stopped_keep_requests_away(
    store: Check, broker: Check, stopping: bool, state: State
) -> None:
    health = Health({"store": store}, {"broker": broker}, stopping=stopping)
    found, parts = await health.look()
    assert found == state
    assert parts == {name: "ok" if check is well else "amqp://***@broker does not answer" for name, check in
                     {"store": store, "broker": broker}.items()}  # fmt: skip


async def test_a_part_that_recovers_is_seen_to() -> None:
    answers = iter([ill, well])

    async def recovering() -> None:
        await next(answers)()

    health = Health({"store": recovering})
    assert [(await health.look())[0] for _ in range(2)] == ["not-ready", "ok"]
