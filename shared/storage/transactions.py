"""A transaction that is repeated where that is safe, and whose outcome is found out where the store did not say it.

Motor's `with_transaction` commits outside of its own loop, so a commit whose answer is lost is not asked for again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any, ClassVar, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure, ProtocolError, PyMongoError

from shared.errors import Unavailable
from shared.identifiers import new_id

T = TypeVar("T")
Session = AsyncIOMotorClientSession
Write = Callable[[Session], Awaitable[T]]

REPEAT_SECONDS = 20.0
"""A transaction that others are in the way of is begun anew for so long."""
COMMIT_SECONDS = 15.0
"""A commit whose outcome is unknown is asked for again for so long: an election takes up to 12 s."""
LOOK_UP_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 0.5
KEPT_SECONDS = 3_600
TRANSIENT, UNKNOWN = "TransientTransactionError", "UnknownTransactionCommitResult"
"""The driver's labels. It gives none to an answer to another question (`ProtocolError`), which tells as little."""
FAILED_WITHIN = frozenset({1, 14031})
"""Codes of a server that failed in the middle, as on a full disk, and does not say how far it came."""


class OutcomeUnknown(Unavailable):
    """The store could not be asked whether it kept what it was given."""


class Transactions:
    """Each transaction leaves a mark of its own, by which its outcome can be looked up; marks are kept for an hour."""

    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),)

    def __init__(
        self, client: AsyncIOMotorClient[dict[str, Any]], marks: AsyncIOMotorCollection[dict[str, Any]]
    ) -> None:
        self._client = client
        self._marks = marks

    async def run(self, write: Write[T]) -> T:
        """Run `write` and commit it once, whatever happens to the answers.

        Raises `Unavailable` when another transaction stays in the way, `OutcomeUnknown` when the store does not answer
        any more, and what `write` raises.
        """
        until = time.monotonic() + REPEAT_SECONDS
        tries = 0
        while True:
            mark = new_id()
            try:
                async with await self._client.start_session() as session:
                    result = await self._written(session, mark, write)
                    await self._committed(session, mark)
            except PyMongoError as error:
                if not (error.has_error_label(TRANSIENT) or isinstance(error, ProtocolError)):
                    raise
                if time.monotonic() > until:
                    raise Unavailable("another transaction holds what this one wants to write: try again") from error
            else:
                return result
            tries += 1
            await asyncio.sleep(_pause(tries))

    async def probe(self) -> None:
        """Writes a mark that is no transaction's. Raises the driver's own error."""
        await self._marks.update_one({"_id": "probe"}, {"$set": {"at": datetime.now(UTC)}}, upsert=True)

    async def _written(self, session: Session, mark: str, write: Write[T]) -> T:
        session.start_transaction()
        try:
            result = await write(session)
            await self._marks.insert_one({"_id": mark, "at": datetime.now(UTC)}, session=session)
        except BaseException:
            with suppress(PyMongoError):
                await asyncio.shield(session.abort_transaction())
            raise
        return result

    async def _committed(self, session: Session, mark: str) -> None:
        """Raises a transient error when it was not committed, and `OutcomeUnknown`."""
        until = time.monotonic() + COMMIT_SECONDS
        tries = 0
        while True:
            try:
                return await session.commit_transaction()
            except PyMongoError as error:
                unknown = _tells_nothing(error)
                if unknown and time.monotonic() < until:
                    tries += 1
                    await asyncio.sleep(_pause(tries))
                    continue
                if (unknown or tries) and await self._was_kept(mark, error):
                    return None
                if unknown:
                    raise _not_known() from error
                raise

    async def _was_kept(self, mark: str, error: PyMongoError) -> bool:
        """Whether the mark is there. Raises `OutcomeUnknown` when that cannot be asked."""
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await self._marks.find_one({"_id": mark}) is not None
        except (PyMongoError, TimeoutError):
            raise _not_known() from error


def _tells_nothing(error: PyMongoError) -> bool:
    """Whether a commit that ended with this error may have been kept."""
    failed_within = isinstance(error, OperationFailure) and error.code in FAILED_WITHIN
    return failed_within or error.has_error_label(UNKNOWN) or isinstance(error, ProtocolError)


def _not_known() -> OutcomeUnknown:
    return OutcomeUnknown("the store does not say whether this was kept: look for it before it is sent again")


def _pause(tries: int) -> float:
    """Seconds: at random, up to a limit that doubles from 10 ms to half a second."""
    return SystemRandom().uniform(0, min(0.01 * 2.0**tries, LONGEST_PAUSE_SECONDS))
