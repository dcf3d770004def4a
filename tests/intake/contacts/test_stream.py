"""Contacts by the stream, a line each: every line has its answer, and a bad one spoils no other."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from services.intake.contacts.stream import LINES_PER_COMMIT
from services.intake.ndjson import LINE_BYTES
from shared.contracts import ContactsRecorded
from tests.intake.given.letters import contacts_kept
from tests.intake.given.streams import ANSWERS, BATCH, LINES, line
from tests.support.inside import Inside

ANSWER_SECONDS = 30  # seconds: far more than any of this takes


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
        await asyncio.sleep(0)


async def send(
    client: httpx.AsyncClient, lines: Sequence[bytes], headers: Mapping[str, str], size: int = 1_000_000
) -> list[dict[str, Any]]:
    async with asyncio.timeout(ANSWER_SECONDS):
        answer = await client.post(BATCH, content=pieces(b"\n".join(lines), size), headers=dict(headers))
    assert answer.status_code == 200
    return [json.loads(each) for each in answer.text.splitlines()]


@pytest.mark.parametrize("size", [50, 997, 64_000, 1_000_000])
async def test_every_line_has_its_answer_in_order_however_the_stream_is_cut(intake: Inside, size: int) -> None:
    async with intake.caller("helpline") as helpline:
        answers = await send(helpline, LINES, {}, size)
    assert [(answer["line"], answer["status"]) for answer in answers] == ANSWERS
    assert await contacts_kept(intake) == 4
    problems = {answer["line"]: answer["problem"] for answer in answers if answer["status"] != 201}
    assert problems[5] == "remark: there is no such field: check its name"
    assert problems[6] == f"a line has at most {LINE_BYTES} bytes"
    assert problems[8] == "reason: this field is required; received_at: this field is required"
    assert "Gwenllian" not in str(answers)


@pytest.mark.parametrize("size", [1, 50, 1_000_000])
async def test_a_batch_is_answered_over_a_socket_too(intake: Inside, size: int) -> None:
    """A server that also listens for the caller's going away could take parts of the body."""
    async with intake.listening() as url, httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as client:
        answers = await send(client, [line() for _ in range(5)], intake.key("helpline"), size)
    assert [(answer["line"], answer["status"]) for answer in answers] == [(n, 201) for n in range(1, 6)]


async def test_a_batch_that_is_sent_again_under_its_key_adds_nothing(intake: Inside) -> None:
    many = [line(duration_seconds=n) for n in range(2 * LINES_PER_COMMIT + 50)]
    async with intake.caller("helpline") as helpline:
        cut_short = await send(helpline, many[: LINES_PER_COMMIT + 10], {"Idempotency-Key": "friday"})
        whole = await send(helpline, many, {"Idempotency-Key": "friday"})
        changed = await send(helpline, [*many[:4], line(reason="other"), many[5]], {"Idempotency-Key": "friday"})
    assert whole[: len(cut_short)] == cut_short
    assert [(answer["line"], answer["status"]) for answer in whole] == [(n, 201) for n in range(1, len(many) + 1)]
    assert len({answer["contact"] for answer in whole}) == len(many)
    assert [answer["status"] for answer in changed] == [201, 201, 201, 201, 409, 201]
    assert await contacts_kept(intake) == len(many)


async def test_only_those_who_may_record_contacts_may_send_them_in_batches(intake: Inside) -> None:
    async with intake.caller("operator") as operator:
        assert (await operator.post(BATCH, content=line())).status_code == 403
    assert await contacts_kept(intake) == 0


async def test_contacts_of_a_stream_are_announced_together_and_their_referrals_singly(intake: Inside) -> None:
    volunteered = {"kind": "unprompted-correction", "description": "A second flat"}
    lines = [line(reason="complaint"), line(volunteered=volunteered), line(), b"{not json"]
    async with intake.caller("helpline") as helpline:
        answers = await send(helpline, lines, {"Idempotency-Key": "friday"})
        await send(helpline, [*lines, line()], {"Idempotency-Key": "friday"})
    said = await intake.said()
    first, second = (json.loads(event.body) for event in said if event.type == ContactsRecorded.event_type)
    assert [each["contact"] for each in first["contacts"]] == [answer["contact"] for answer in answers[:3]]
    assert len(second["contacts"]) == 1, "what was said before is not said again"
    kinds = Counter(event.type for event in said)
    assert kinds["contact.recorded.v1"] == 0
    assert (kinds["information.volunteered.v1"], kinds["referral.raised.v1"]) == (1, 1)
