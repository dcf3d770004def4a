"""Generations of tokens: each index key after the first makes new tokens of those that the key before it made.

So whoever has the keyring lifts a token without knowing whose it is, and whoever has only an earlier key can do nothing
with tokens of a later one. A token of the first generation is 32 hex digits; a later one says its generation before
them, as in `2.5f…`. In events the two stand apart.
"""

import hmac

from shared.errors import LaterKey
from shared.protection import Keyring

TOKEN_BYTES = 16
FIRST = 1


def generation_of(token: str) -> int:
    return apart(token)[1]


def apart(token: str) -> tuple[str, int]:
    """Returns the hex digits of a token, and its generation, as events say them."""
    generation, dot, digits = token.rpartition(".")
    return digits, int(generation) if dot else FIRST


def joined(digits: str, generation: int) -> str:
    """Returns the token that an event says."""
    return f"{generation}.{digits}" if generation > FIRST else digits


def is_token(name: str) -> bool:
    """Returns whether the name of somebody is a customer's token, and not a letter's reference, which has hyphens."""
    return "-" not in name


def lifted(keyring: Keyring, token: str, to: int | None = None) -> str:
    """Returns the same customer's token of generation `to`, the newest if none is named. Raises `LaterKey` for one that
    is later already, which nobody can undo."""
    digits, generation = apart(token)
    to = to or keyring.generation
    if generation == to:
        return token
    return joined(lifted_index(keyring, bytes.fromhex(digits), generation, to).hex(), to)


def newest(keyring: Keyring, digits: str, generation: int) -> str:
    """Returns the newest token of the customer whose token an event says."""
    return lifted(keyring, joined(digits, generation))


def lifted_index(keyring: Keyring, index: bytes, generation: int, to: int | None = None) -> bytes:
    """Returns the same customer's index of generation `to`, the newest if none is named."""
    to = to or keyring.generation
    if generation > to or to > keyring.generation:
        raise LaterKey(f"a token of index key {max(generation, to)}, not yet known here: give this the newest keyring")
    for number in range(generation + 1, to + 1):
        key = keyring.index_key(number)
        index = hmac.digest(key, b"lifted|%d|" % number + index, "sha256")[:TOKEN_BYTES]
    return index
