"""The traces of a whole campaign: what each service recorded, and what followed from what."""

from collections.abc import Iterator, Mapping, Sequence

from deploy.local.stack.services import SERVICES
from tests.support.spans import Span

APPROVAL, LAUNCH = "POST /v1/campaigns/{reference}/gates/{gate}/approval", "POST /v1/campaigns/{reference}/launch"
TOLD = [
    "planner.notice.sent.v1 process",
    "otm.events,notice.sent.v1 send",
    "notice said",
    "notifier.campaign.approved.v1 process",
    "otm.events,campaign.approved.v1 send",
    APPROVAL,
]
"""From the approval, at the end, to the word of planner's that a team was told."""
RECOGNISED = [
    "intake.communications.issued.v1 process",
    "otm.events,communications.issued.v1 send",
    "dispatcher.chunk.due.v1 process",
    ",dispatcher.chunk.due.v1 send",
    "wave due",
    "dispatcher.campaign.launched.v1 process",
    "otm.events,campaign.launched.v1 send",
    LAUNCH,
]
"""From the launch, at the end, past the day on which the wave was due, to intake's register of letters."""


def expect_one_trace(spans: Sequence[Span]) -> None:
    known = {span.id: span for span in spans}
    ways = [[each.name for each in _way(span, known)] for span in spans]
    assert TOLD in ways
    assert RECOGNISED in ways
    approved = {span.trace for span in spans if span.name == TOLD[3]}
    told = [span for span in spans if span.trace in approved]
    assert {span.service for span in told} == set(SERVICES)
    for service in SERVICES:  # across the store of each, within what it was asked for or heard
        stored = [span for span in told if (span.service, span.attributes.get("db.system")) == (service, "mongodb")]
        assert {known[span.parent].name.split()[-1] for span in stored} & {"process", APPROVAL.split()[-1]}
    last = {known[span.parent].name for span in told if span.name.endswith("notice.sent.v1 send")}
    assert last == {"notice said"}
    briefings = [span for span in told if span.name == "notice sent" and known[span.parent].name == TOLD[3]]
    assert {span.attributes["otm.campaign"] for span in briefings} == {"OTM-26-0001"}
    assert not {span.name for span in spans if not span.parent and span.attributes.get("db.system")}


def _way(span: Span | None, known: Mapping[str, Span]) -> Iterator[Span]:
    """Yields a span, what it followed from, and so on."""
    while span is not None:
        yield span
        span = known.get(span.parent)
