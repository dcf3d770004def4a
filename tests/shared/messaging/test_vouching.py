"""An event that is said again is the same, whenever that is; one that says something else is another."""

from datetime import timedelta

from shared.contracts import CommunicationsIssued
from shared.messaging.vouching import content_digest
from tests.support.samples import sample


def test_instants_make_no_other_event_and_everything_else_does() -> None:
    event = sample(CommunicationsIssued)
    later = event.model_copy(update={"issued_at": event.issued_at + timedelta(seconds=3)})
    fewer = event.model_copy(update={"communications": event.communications[:-1]})
    assert content_digest(event) == content_digest(later)
    assert content_digest(event) != content_digest(fewer)
    assert content_digest(event) != content_digest(event.model_copy(update={"wave": event.wave + 1}))
