"""Work of a service beside requests and messages: its jobs, and its outbox. It is the same however much is kept."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from shared.running.service import Service
from shared.storage.outbox import Outbox
from shared.storage.reencryption import ReEncryption
from shared.storage.store import Document
from tests.support.growing import Growth, Sealed
from tests.support.inside import Inside
from tests.support.questions import Questions

EARLIER = 300
"""Documents of earlier campaigns in each collection that grows."""
LEFT_OUT = {"relay", "urgent", "watch", "consumers", "offer", "re-encryption"}
"""Jobs that ask the broker, and the one that walks through all there is, once after a rotation of keys."""
MOST_STEPS = 50


async def standing_work(service: Service) -> None:
    """Does what is due in each job, and asks what the relay asks."""
    for job in service.jobs:
        if job.name not in LEFT_OUT:
            steps = 0
            while await job.step():
                steps += 1
                assert steps < MOST_STEPS, f"{job.name} never comes to an end"
    await _relayed(service.store.outbox)


async def _relayed(outbox: Outbox) -> None:
    await outbox.overdue(100)
    await outbox.backlog()
    await outbox.aside()
    waiting = await outbox.oldest(10)
    for row in waiting[:1]:
        await outbox.set_aside(row, "refused")
    await outbox.forget(waiting[1:])


async def expect_flat(
    inside: Inside,
    questions: Questions,
    everything: Callable[[], Awaitable[None]],
    *,
    sealed: Sealed = (),
    few: Collection[str] = (),
    whole: Collection[str] = (),
    changes: Mapping[str, Document] | None = None,
    earlier: int = EARLIER,
) -> None:
    """Does everything, and again among many copies of what that has left. Fails where a question reads
    all there is, and where more is read or said than before. `few` are collections that stay small, `whole` the
    questions that are to look at everything."""
    database, questions.whole = inside.service.store.database, whole
    with questions.listening() as before:
        await everything()
    growth = Growth(database, inside.part(ReEncryption).cipher, sealed, changes)
    grown = await growth.grow(earlier, few)
    with questions.listening() as after:
        await everything()
    found = await questions.looked_through(database, grown, earlier)
    assert not found, "\n".join(found)
    after.expect_like(before, earlier)
