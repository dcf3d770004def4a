"""The state of the system at one moment, as operators see it."""

from typing import Literal

from shared.values import Code, Count, Instant, Number, Value

Progress = Literal["waiting", "done", "failed"]


class QueueState(Value):
    """A queue: messages that wait in it and are in the hands of its consumers; one that is `missing` is not on the
    broker, and one that is `troubled` needs a look. Rates are messages a second. `oldest_seconds` is the age of the
    oldest message, None where nothing waits or nobody knows; `at_least` marks one that is older than the broker
    remembers. `impact` says whom it hurts while this waits."""

    name: str
    kind: str
    waiting: Count = 0
    in_hand: Count = 0
    consumers: Count = 0
    missing: bool = False
    troubled: bool = False
    in_per_second: float = 0
    out_per_second: float = 0
    oldest_seconds: float | None = None
    at_least: bool = False
    impact: str = ""

    @property
    def left_over(self) -> bool:
        """Whether it holds what somebody has to deal with: dead letters, or events that nobody heard."""
        return self.troubled and self.waiting > 0 and self.kind in ("dead-letters", "unrouted")

    @property
    def same(self) -> "QueueState":
        """The queue without the figures that move all the time."""
        return self.model_copy(update={"in_per_second": 0.0, "out_per_second": 0.0, "oldest_seconds": None})


class ServiceState(Value):
    """The queues of one service together: messages that wait to be heard, for their retry, and in the dead letters."""

    name: str
    queues: Count
    waiting: Count
    retries: Count
    dead: Count
    in_per_second: float
    out_per_second: float


class Figures(Value):
    """The broker's figures. `unknown` says what it could not be asked, and why."""

    queues: tuple[QueueState, ...] = ()
    services: tuple[ServiceState, ...] = ()
    unknown: str = ""


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
    """Everything at once. `broker` says why the broker could not be asked, and is empty where it could; `unknown` what
    of its figures it could not be asked; `more_dead`: the groups are of the first dead letters alone."""

    at: Instant
    broker: str = ""
    unknown: str = ""
    queues: tuple[QueueState, ...] = ()
    services: tuple[ServiceState, ...] = ()
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
        found = [queue for queue in self.queues if queue.waiting + queue.in_hand and not queue.troubled]
        return sorted(found, key=lambda queue: -queue.waiting)

    @property
    def same(self) -> "OperationsState":
        """The state without its time and what moves all the time, to see whether anything changed."""
        queues = tuple(queue.same for queue in self.queues)
        return self.model_copy(update={"at": None, "queues": queues, "services": ()})
