"""Migration of the services' databases on one store. Whoever imports this imports the repositories of all services."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager

from deploy.local.errors import StackError
from deploy.local.store.trouble import STORE_ERRORS
from deploy.schemas import SCHEMAS
from shared.errors import OtmError
from shared.storage.migrations.runner import Pending
from shared.storage.store import Store

Say = Callable[[str], None]


async def pending(url: str, names: Collection[str], prefix: str = "") -> Mapping[str, Pending]:
    """Returns what is left to migrate, by service. Raises `StackError`."""
    found = {}
    for name in names:
        async with _database(url, name, prefix) as store:
            found[name] = await store.migrator.pending()
    return found


async def migrate(
    url: str, names: Collection[str], prefix: str = "", say: Say = lambda _: None, *, wait: bool = True
) -> None:
    """Migrates the databases of these services, all at once. May be repeated, and goes on from where it was stopped.

    `wait` for another runner, or raise `StackError`, as for everything that a person can act on.
    """

    async def one(name: str) -> None:
        async with _database(url, name, prefix) as store:
            await store.migrator.run(lambda words: say(f"{name}: {words}"), wait=wait)

    await asyncio.gather(*map(one, names))


async def again(url: str, name: str, migration: str) -> None:
    """Lets one migration of data begin anew at the next run. Raises `StackError` where the service has no such one."""
    known = [each.name for each in SCHEMAS[name].migrations]
    if migration not in known:
        raise StackError(f"{name} has no migration {migration}; it has {', '.join(known) or 'none'}")
    async with _database(url, name, "") as store:
        await store.migrator.again(migration)


@asynccontextmanager
async def _database(url: str, name: str, prefix: str) -> AsyncIterator[Store]:
    schema = SCHEMAS[name]
    store = Store.of(url, schema, f"{prefix}{schema.database}", patient=True)
    try:
        yield store
    except OtmError as error:
        raise StackError(f"{name}: {error.message}") from error
    except STORE_ERRORS as error:
        raise StackError(f"{name}: the store does not do it: {type(error).__name__}: {error}") from error
    finally:
        store.close()
