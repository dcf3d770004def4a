"""Queues in a terminal of eighty columns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from deploy.local.terminal.tables import Row, table
from shared.wording import age

if TYPE_CHECKING:
    from deploy.local.operate.queues.survey import Survey
    from shared.messaging.queues.queue import QueueNow, ServiceNow


def queues_shown(found: "Survey", every: bool) -> RenderableType:
    """Returns a line for each service, then the queues that need a look (all of them where `every`), then a verdict."""
    services = table(
        ("service", "queues", "waiting", "retries", "dead", "in/s", "out/s"),
        [_service(each) for each in found.services],
    )
    shown = [queue for queue in found.queues if every or queue.depth or queue.troubled]
    lines = [Text.from_markup(line) for queue in shown for line in _lines(queue)]
    verdict = "Nothing is stuck" if found.well else "Something needs a look: otm doctor says what to do"
    unknown = [Text(words, style="yellow") for words in found.unknown]
    return Group(services, *lines, *unknown, Text(verdict, style="green" if found.well else "red"))


def _service(found: "ServiceNow") -> Row:
    rates = (f"{rate:.1f}" for rate in (found.in_per_second, found.out_per_second))
    return (found.name, found.queues, found.waiting, found.retries, found.dead, *rates)


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
