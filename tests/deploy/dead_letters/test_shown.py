"""Dead letters as `otm dead-letters show` tells of them: anybody may have written them."""

import json

from deploy.local.operate.dead_letters.reading import described
from shared.contracts import ContactRecorded
from shared.messaging.dead_letters.letter import DeadLetter

NAME = "Quillfeather QQ123456C"


def test_nothing_that_somebody_put_in_the_headers_of_an_event_is_shown_unless_it_is_ours() -> None:
    letter = DeadLetter(
        queue=f"planner.{ContactRecorded.event_type}", event_id=NAME, event_type=NAME, subject=NAME, source=NAME,
        correlation_id=NAME, reason="not a CloudEvent", exception="Malformed", attempts=1, died_at="", body=b"{}",
    )  # fmt: skip
    assert "Quillfeather" not in json.dumps(described(letter))


def test_an_event_of_ours_is_shown_with_its_id_type_and_campaign() -> None:
    event = "5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c"
    letter = DeadLetter(
        queue=f"planner.{ContactRecorded.event_type}", event_id=event, event_type=ContactRecorded.event_type,
        subject="OTM-26-0042", source="/one-to-many/intake", correlation_id=event, reason="void", exception="Conflict",
        attempts=1, died_at="2026-09-10T10:20:00+00:00", body=b'{"campaign": "OTM-26-0042"}',
    )  # fmt: skip
    shown = described(letter)
    assert (shown["event_id"], shown["event_type"], shown["subject"], shown["source"]) == (
        event, "contact.recorded.v1", "OTM-26-0042", "/one-to-many/intake",
    )  # fmt: skip
    assert shown["data"] == {"campaign": "OTM-26-0042"}
