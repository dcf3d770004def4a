"""Sessions that were ended in all browsers, in MongoDB: until when, for as long as one that began before could hold."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import IndexModel

from shared.clock import Clock
from shared.contracts import SessionsEnded
from shared.events import Event, first_event
from shared.storage.store import Indexes, Session, Store

KEPT_SECONDS = 2 * 86_400
"""More than the longest session that settings allow, with its idle time."""
ENDED_SESSIONS = Indexes("ended_sessions", (IndexModel("until", expireAfterSeconds=KEPT_SECONDS),))


class MongoEndedSessions:
    """`clock` tells real time, as sessions do; `source` is the service that says it to the others."""

    def __init__(self, store: Store, source: str, clock: Clock) -> None:
        self._store = store
        self._ended = store[ENDED_SESSIONS.collection]
        self._source = source
        self._clock = clock

    async def end(self, who: str, until: datetime) -> None:
        """Keeps it and says it to all services."""
        ended = SessionsEnded(who=who, until=until)
        await self._store.commit(
            lambda session: self._keep(ended, session), first_event(ended, self._source, self._clock.now())
        )

    async def heard(self, event: Event[SessionsEnded]) -> None:
        """Keeps what any service has said; one that is older than what is kept changes nothing."""
        await self._keep(event.data)

    async def ended(self, who: Sequence[str], began: datetime) -> bool:
        """Returns whether a session that began then was ended under one of the names that it goes by."""
        found = await self._ended.find_one({"_id": {"$in": list(who)}, "until": {"$gte": began}}, {"_id": 1})
        return found is not None

    async def _keep(self, ended: SessionsEnded, session: Session | None = None) -> None:
        await self._ended.update_one({"_id": ended.who}, {"$max": {"until": ended.until}}, upsert=True, session=session)
