"""Closing of a store without waiting for it: threads of the driver sleep for half a second at a time."""

from threading import Thread

from shared.storage.store import Store


def close_aside(store: Store) -> None:
    Thread(target=store.close).start()
