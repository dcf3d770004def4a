"""Queues in a terminal of eighty columns."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from deploy.local.terminal.tables import Row, table

if TYPE_CHECKING:
    from deploy.local.operate.queues.queue import Kind, QueueNow
    from deploy.local.operate.queues.survey import Survey

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def queues_shown(found: "Survey", every: bool) -> RenderableType:
    """Returns a line for each service, then the queues that need a look (all of them where `every`), then a verdict."""
    services = table(
        ("service", "queues", "waiting", "retries", "dead", "in/s", "out/s"),
        [_service(name, found.queues) for name in dict.fromkeys(queue.service for queue in found.queues)],
    )
    shown = [queue for queue in found.queues if every or queue.depth or queue.troubled]
    lines = [Text.from_markup(line) for queue in shown for line in _lines(queue)]
    verdict = "Nothing is stuck" if found.well else "Something needs a look: otm doctor says what to do"
    unknown = [Text(words, style="yellow") for words in found.unknown]
    return Group(services, *lines, *unknown, Text(verdict, style="green" if found.well else "red"))


def age(seconds: float) -> str:
    """Returns a time span in the unit that tells most: `40 s`, `3 min`, `2 h`, `5 days`."""
    for unit, name in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _service(name: str, queues: Sequence["QueueNow"]) -> Row:
    own = [queue for queue in queues if queue.service == name]
    events = [queue for queue in own if queue.kind == "events"]
    rates = (sum(queue.in_per_second for queue in events), sum(queue.out_per_second for queue in events))
    waiting = _depth(own, "events", "unrouted")
    return (name, len(own), waiting, _depth(own, "retries"), _depth(own, "dead-letters"), *(f"{r:.1f}" for r in rates))


def _depth(queues: Sequence["QueueNow"], *kinds: "Kind") -> int:
    return sum(queue.depth for queue in queues if queue.kind in kinds)


def _lines(queue: "QueueNow") -> Iterator[str]:
    colour = "red" if queue.troubled else "bold"
    yield f"[{colour}]{escape(queue.name)}[/]: {'; '.join(_facts(queue))}"
    if queue.impact:
        yield f"  {escape(queue.impact)}"


def _facts(queue: "QueueNow") -> Iterator[str]:
    if queue.missing:
        yield "not on the broker"
        return
    yield f"{queue.waiting:,} waiting, {queue.in_hand:,} in hand"
    if queue.oldest_seconds is not None:
        yield f"the oldest for {'at least ' if queue.at_least else ''}{age(queue.oldest_seconds)}"
    if queue.kind == "events":
        yield f"{queue.in_per_second:.1f}/s in, {queue.out_per_second:.1f}/s out"
        yield f"{queue.consumers} consumers" if queue.consumers else "nobody consumes it"
