"""Migration of the services' databases on one store. Whoever imports this imports the repositories of all services."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager

from deploy.local.errors import StackError
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.store.trouble import STORE_ERRORS
from deploy.schemas import SCHEMAS
from shared.errors import OtmError
from shared.protection import Keyring, load_keyring
from shared.storage.migrations.runner import Pending
from shared.storage.store import Store

Say = Callable[[str], None]


def keyring_here() -> Keyring | None:
    """Returns the keyring that the environment names, or the stack's own; None where there is none. Raises `StackError`
    for one that cannot be read."""
    settings = LocalSettings()
    file = settings.keyring_file or Home(settings.home).keyring
    if not file.exists():
        return None
    try:
        return load_keyring(file)
    except (OtmError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StackError(f"{file} is no keyring that services could use: {error}") from error


async def pending(
    url: str, names: Collection[str], prefix: str = "", keyring: Keyring | None = None
) -> Mapping[str, Pending]:
    """Returns what is left to migrate, by service; with a `keyring` also to its newest index key. Raises
    `StackError`."""
    found = {}
    for name in names:
        async with _database(url, name, prefix, keyring) as store:
            found[name] = await store.migrator.pending()
    return found


async def migrate(
    url: str,
    names: Collection[str],
    prefix: str = "",
    say: Say = lambda _: None,
    *,
    wait: bool = True,
    keyring: Keyring | None = None,
) -> None:
    """Migrates the databases of these services, all at once; with a `keyring` also to its newest index key. May be
    repeated, and goes on from where it was stopped.

    `wait` for another runner, or raise `StackError`, as for everything that a person can act on.
    """

    async def one(name: str) -> None:
        async with _database(url, name, prefix, keyring) as store:
            await store.migrator.run(lambda words: say(f"{name}: {words}"), wait=wait)

    await asyncio.gather(*map(one, names))


async def again(url: str, name: str, migration: str, keyring: Keyring | None = None) -> None:
    """Lets one migration of data begin anew at the next run. Raises `StackError` where the service has no such one."""
    known = [each.name for each in SCHEMAS[name].migrations_for(keyring)]
    if migration not in known:
        raise StackError(f"{name} has no migration {migration}; it has {', '.join(known) or 'none'}")
    async with _database(url, name, "", keyring) as store:
        await store.migrator.again(migration)


@asynccontextmanager
async def _database(url: str, name: str, prefix: str, keyring: Keyring | None) -> AsyncIterator[Store]:
    schema = SCHEMAS[name]
    store = Store.of(url, schema, f"{prefix}{schema.database}", patient=True, keyring=keyring)
    try:
        yield store
    except OtmError as error:
        raise StackError(f"{name}: {error.message}") from error
    except STORE_ERRORS as error:
        raise StackError(f"{name}: the store does not do it: {type(error).__name__}: {error}") from error
    finally:
        store.close()
