"""Dead letters counted, shown and written to a file, with everything that may be a customer's masked."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TextIO

from pydantic import BaseModel

from deploy.catalogue import consumers
from deploy.local.operate.dead_letters.place import HOLDERS, choice, connected, holder
from shared.contracts import CONTRACTS, Contract
from shared.messaging.dead_letters.choice import Tally
from shared.messaging.dead_letters.frozen import settled
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.dead_letters.looking import letters_in
from shared.messaging.redaction import redacted, word_shown
from shared.running.tracing import known_correlation

OURS = "/one-to-many/"


class Counted(BaseModel, frozen=True):
    """Dead letters by queue, cause and campaign. `in_hand` are those that a replay under way has taken aside, by the
    queue that holds dead letters."""

    rows: list[dict[str, Any]]
    in_hand: dict[str, int]


async def counted(campaign: str = "") -> Counted:
    """Counts the dead letters, and the events that nobody heard."""
    tally, in_hand = Tally(), dict[str, int]()
    async with connected() as connection:
        for queue in HOLDERS:
            async with settled(connection, queue) as busy, aclosing(letters_in(connection, queue)) as letters:
                async for letter in letters:
                    if campaign in ("", letter.campaign):
                        tally.add(letter, queue)
            in_hand |= {queue: busy} if busy else {}
    return Counted(rows=tally.rows(), in_hand=in_hand)


async def shown(queue: str, cause: str = "", campaign: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Returns the first letters of a choice, masked."""
    found: list[dict[str, Any]] = []
    async with aclosing(_chosen(queue, cause, campaign)) as letters:
        async for letter in letters:
            found.append(described(letter))
            if len(found) >= limit:
                break
    return found


async def export(queue: str, cause: str, campaign: str, to: TextIO) -> int:
    """Writes the letters of a choice, masked, a line of JSON each. Returns how many."""
    count = 0
    async with aclosing(_chosen(queue, cause, campaign)) as letters:
        async for letter in letters:
            to.write(json.dumps(described(letter)) + "\n")
            count += 1
    return count


async def _chosen(queue: str, cause: str, campaign: str) -> AsyncGenerator[DeadLetter, None]:
    held, wanted = holder(queue), choice(queue, cause, campaign)
    async with (
        connected() as connection,
        settled(connection, held),
        aclosing(letters_in(connection, held)) as letters,
    ):
        async for letter in letters:
            if wanted(letter):
                yield letter


def described(letter: DeadLetter) -> dict[str, Any]:
    known = {contract.event_type: contract for contract in CONTRACTS}
    known |= {consumer.queue: consumer.contract for consumer in consumers()}
    contract = known.get(letter.queue) or known.get(letter.event_type, Contract)
    return {
        "queue": letter.queue,
        "source": letter.source if letter.source.startswith(OURS) else f"… {len(letter.source)} characters",
        "correlation_id": known_correlation(letter.correlation_id) or "not an id",
        "event_id": word_shown(letter.event_id),
        "event_type": letter.event_type if letter.event_type in known else word_shown(letter.event_type),
        "subject": word_shown(letter.subject),
        "cause": letter.cause,
        "attempts": letter.attempts,
        "died_at": letter.died_at,
        "data": redacted(letter.body, contract),
    }
