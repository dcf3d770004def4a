"""Upserts of what something older or newer wrote keep the newest."""

from shared.storage.store import Store
from shared.storage.upserting import keep_newest


async def test_the_newest_stays_though_something_older_came_into_being_just_now(store: Store) -> None:
    """Between an upsert's look and its insert, which MongoDB answers with a duplicate key."""
    things, tries = store["things"], 0

    async def newer() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await things.insert_one({"_id": 1, "version": 1})  # another replica
            await things.insert_one({"_id": 1, "version": 2})
        await things.update_one({"_id": 1, "version": {"$lt": 2}}, {"$set": {"version": 2}}, upsert=True)

    await keep_newest(newer)
    assert (tries, await things.find_one({"_id": 1})) == (2, {"_id": 1, "version": 2})


async def test_what_is_as_new_or_newer_stays_as_it_is(store: Store) -> None:
    asked = 0

    async def older() -> None:
        nonlocal asked
        asked += 1
        await store["things"].update_one({"_id": 1, "version": {"$lt": 2}}, {"$set": {"version": 2}}, upsert=True)

    await store["things"].insert_one({"_id": 1, "version": 2, "by": "somebody"})
    await keep_newest(older)
    assert (asked, await store["things"].find_one({"_id": 1})) == (2, {"_id": 1, "version": 2, "by": "somebody"})
