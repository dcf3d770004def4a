"""The state of the system at one moment, as operators see it."""

from typing import Literal

from shared.values import Code, Count, Instant, Number, Value

Progress = Literal["waiting", "done", "failed"]


class QueueState(Value):
    """A queue: messages that wait in it, and its consumers. One that is `missing` is not on the broker."""

    name: str
    waiting: Count = 0
    consumers: Count = 0
    missing: bool = False

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]

    @property
    def of_events(self) -> bool:
        """Whether somebody is to consume it: it holds neither retries, dead letters nor unrouted events."""
        return not (".retry." in self.name or self.name.endswith(".dead") or self.name == "otm.unrouted")

    @property
    def troubled(self) -> bool:
        left_over = self.waiting > 0 and (self.name.endswith(".dead") or self.name == "otm.unrouted")
        return self.missing or left_over or (self.of_events and self.consumers == 0)


class DeadGroup(Value):
    """Dead letters of one queue, one kind of cause and one campaign."""

    queue: str
    cause: str
    campaign: str
    count: Number
    oldest: str | None = None


class LoopState(Value):
    """A campaign that runs: the last decision about it, the limit it was slowed to, and what comes in today."""

    campaign: str
    title: str
    course: Code
    daily_limit: Number | None = None
    contacts_today: Count = 0
    forecast_today: Count | None = None


class Replay(Value):
    """An order to put dead letters back, and how far it is. `why` says why it failed."""

    id: str
    queue: str
    cause: str
    campaign: str
    rate: Number
    by: str
    at: Instant
    progress: Progress = "waiting"
    count: Count = 0
    why: str = ""


class OperationsState(Value):
    """Everything at once. `broker` says why the broker could not be asked, and is empty where it could; `more_dead`:
    the groups are of the first dead letters alone."""

    at: Instant
    broker: str = ""
    queues: tuple[QueueState, ...] = ()
    dead: tuple[DeadGroup, ...] = ()
    more_dead: bool = False
    loop: tuple[LoopState, ...] = ()
    replays: tuple[Replay, ...] = ()

    @property
    def troubled(self) -> list[QueueState]:
        return [queue for queue in self.queues if queue.troubled]

    @property
    def waiting(self) -> list[QueueState]:
        """Queues in which something waits that somebody consumes, the deepest first."""
        found = [queue for queue in self.queues if queue.waiting and not queue.troubled]
        return sorted(found, key=lambda queue: -queue.waiting)

    @property
    def same(self) -> "OperationsState":
        """The state without its time, to see whether anything changed."""
        return self.model_copy(update={"at": None})
