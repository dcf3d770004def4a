"""Keeps events as a service does: with what it writes, one commit each."""

from shared.contracts.base import CampaignContract
from shared.events import Event
from shared.storage.store import Session, Store


async def keep(store: Store, *events: Event[CampaignContract]) -> None:
    async def write(session: Session) -> None:
        await store["made"].insert_one({"n": len(events)}, session=session)

    for event in events:
        await store.commit(write, event)
