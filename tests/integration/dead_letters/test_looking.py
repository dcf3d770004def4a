"""Dead letters are looked at without touching them, and told by cause, kind and whose they were."""

from collections import Counter

from shared.errors import Conflict
from shared.messaging.redaction import redacted
from tests.support.ailing import Ailing, dead, number_of
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, probe, probe_service


async def test_dead_letters_are_told_by_cause_and_left_as_they_are(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        events = {n: probe(n) for n in (1, 2, 3, 100)}
        await service.say(*events.values())
        first, again = [await dead(amqp_url, 4) for _ in range(2)]
    assert first == again  # looking changes nothing
    letters = sorted(again, key=number_of)
    assert [(number_of(letter), letter.event_id) for letter in letters] == [(n, e.id) for n, e in events.items()]
    assert Counter(letter.cause for letter in letters[:3]) == {
        "Conflict: rule 1 is broken": 2,
        "Conflict: rule 0 is broken": 1,
    }
    assert letters[3].cause.startswith("builtins.ValueError: at probe.py:")
    assert [letter.attempts for letter in letters] == [1, 1, 1, 3]
    assert {(letter.queue, letter.event_type, letter.subject) for letter in letters} == {
        (PROBE_QUEUE, "probe.made.v1", "OTM-26-0001")
    }


async def test_a_poisoned_body_is_shown_without_anything_of_a_customers(amqp_url: str, ailing: Ailing) -> None:
    body = b'{"campaign": "OTM-26-0001", "number": "Mrs Jones, 1955839661", "Mrs Jones": 1955839661}'
    async with probe_service(amqp_url, ailing) as service:
        await service.send_raw(body)
        (letter,) = await dead(amqp_url, 1)
    assert letter.body == body
    assert redacted(letter.body, ProbeMade) == {
        "campaign": "OTM-26-0001", "number": "… 21 characters", "…": "… a number",
    }  # fmt: skip


async def test_letters_of_one_kind_are_told_together_whatever_they_are_about(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: Conflict(f"letter OTM-7K3M-{number:04d}-XQ2P of OTM-26-{number:04d} is void"))
    async with probe_service(amqp_url, heard) as service:
        await service.say(*(probe(number) for number in range(1, 4)))
        letters = await dead(amqp_url, 3)
    assert len({letter.cause for letter in letters}) == 3
    assert {letter.kind for letter in letters} == {"Conflict: letter … of … is void"}
    assert {letter.source for letter in letters} == {"/one-to-many/prober"}


async def test_a_message_that_the_broker_gave_up_says_whose_it_was_and_why(amqp_url: str, ailing: Ailing) -> None:
    async with probe_service(amqp_url, ailing) as service:
        await service.bus.stop_consuming()
        await service.send_raw(b"{}", expiration=0.05)
        (letter,) = await dead(amqp_url, 1)
    assert letter.queue == PROBE_QUEUE
    assert "its publisher gave it a time to live" in letter.reason
