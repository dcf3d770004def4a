"""Rotating the keys that personal data is encrypted with, across all services."""

import asyncio
from collections.abc import Callable

from deploy.local.errors import StackError
from deploy.local.operate.protection.operations import ask_all
from deploy.local.operate.protection.operators import note
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import add_key, read_keyring, set_aside

LOOK_EVERY = 1.0  # seconds


async def rotate(home: Home) -> str:
    """Makes a new key the current one; returns its id. The services see it within a second and begin by themselves."""
    name = add_key(home)
    await note("keys.rotated", {"key": name})
    return name


async def until_done(home: Home, name: str, say: Callable[[str], None]) -> None:
    """Returns when every service has everything under that key."""
    said = ""
    while True:
        answers = await ask_all(home, "keys")
        waiting = [each for each, answer in answers.items() if answer["current"] != name or not answer["done"]]
        if not waiting:
            return
        if (line := f"waiting for {', '.join(waiting)}") != said:
            say(line)
        said = line
        await asyncio.sleep(LOOK_EVERY)


async def retire(home: Home, key: str) -> None:
    """Raises `StackError` unless every process uses another key and no service has a value under this one."""
    if key not in read_keyring(home)["encryption"]["keys"]:
        raise StackError(f"There is no key {key} in the keyring")
    for name, answer in (await ask_all(home, "keys")).items():
        if answer["current"] == key:
            raise StackError(f"{name} still encrypts with {key}: `otm keys rotate` first")
        if not answer["done"]:
            raise StackError(f"{name} is still bringing what it keeps under {answer['current']}: wait for it")
    counts = await ask_all(home, f"keys/{key}", one_of_each=True)
    if left := {name: answer["values"] for name, answer in counts.items() if answer["values"]}:
        raise StackError(f"There is still data under {key}: {', '.join(f'{n} at {name}' for name, n in left.items())}")
    set_aside(home, key)
    await note("keys.retired", {"key": key})
