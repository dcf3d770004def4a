"""Documents that have expired by an index of their collection, of a store that does not take them out itself."""

from datetime import UTC, datetime, timedelta

from deploy.local.store.store import connect

OF_THE_STORE = {"admin", "config", "local"}
"""Databases that are not ours."""


async def forget_expired(url: str) -> None:
    """Takes them out, as MongoDB does in the background. The indexes are asked, so what has not expired is not read."""
    async with connect(url) as client:
        for name in set(await client.list_database_names()) - OF_THE_STORE:
            database = client[name]
            for collection in await database.list_collection_names():
                for index in await (await database[collection].list_indexes()).to_list():
                    if (seconds := index.get("expireAfterSeconds")) is not None:
                        (field,) = index["key"]
                        expired = datetime.now(UTC) - timedelta(seconds=seconds)
                        await database[collection].delete_many({field: {"$lt": expired}})
