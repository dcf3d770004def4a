"""Letter references: what a customer reads out over the phone to tell us which letter they hold.

Ten characters in two groups, such as `7KM2X-Q4R9D`. The alphabet leaves out 0, 1, I, L and O. The first nine
characters are a keyed permutation of the communication's number, so they are unique by construction and cannot be
guessed without the key; the tenth is a check character that catches every single wrong character and every swap of
two neighbours.
"""

import hashlib
from functools import lru_cache

from shared.errors import Invalid, Problem
from shared.reading.signs import seen

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
LONGEST = 40  # characters, with all that somebody may put between them
_BASE = len(ALPHABET)  # a prime, which is what makes the check character catch everything it promises to
_HALF_BITS = 22
_MASK = (1 << _HALF_BITS) - 1
_ROUNDS = 8
_BLOCK_BYTES = hashlib.sha256().block_size
HIGHEST = (1 << 2 * _HALF_BITS) - 1


def letter_reference(number: int, key: bytes) -> str:
    """The reference of communication `number` (0 to `HIGHEST`); different numbers give different references."""
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"a communication's number is between 0 and {HIGHEST}")
    body = _spell(_permute(number, key))
    characters = body + _check_character(body)
    return f"{characters[:5]}-{characters[5:]}"


def parse_letter_reference(text: str) -> str:
    """Returns the canonical spelling of a reference in any case or spacing, with any dashes. Raises `Invalid` with the
    rule it breaks."""
    characters = spelt(text)
    if len(text) > LONGEST or len(characters) != LENGTH:
        raise _broken("length", f"a letter reference has {LENGTH} characters")
    if any(c not in ALPHABET for c in characters):
        raise _broken("alphabet", "a letter reference has no 0, 1, I, L or O, and only letters and digits")
    if _check_character(characters[:-1]) != characters[-1]:
        raise _broken("check-character", "one character or more is wrong: read the reference again")
    return f"{characters[:5]}-{characters[5:]}"


def spelt(text: str) -> str:
    """Returns the characters of a reference as they were typed, in capitals, without blanks, dashes, unseen
    signs and the end of the sentence that it was copied from."""
    return "".join(seen(text[:LONGEST]).upper().rstrip(".,;").replace("-", " ").split())


def _permute(number: int, key: bytes) -> int:
    """A balanced Feistel network over 44 bits: a bijection whatever the round function is."""
    left, right = number >> _HALF_BITS, number & _MASK
    rounds, outer = _keyed(key)
    for of_round in rounds:
        inside, outside = of_round.copy(), outer.copy()
        inside.update(right.to_bytes(3, "big"))
        outside.update(inside.digest())
        left, right = right, left ^ (int.from_bytes(outside.digest()[:3], "big") & _MASK)
    return left << _HALF_BITS | right


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> tuple[tuple["hashlib._Hash", ...], "hashlib._Hash"]:
    """Returns HMAC-SHA256 under this key as far as it is the same for every number: the inner hash of each round, and
    the outer one. A letter takes eight of them, which `hmac` would begin anew each time."""
    padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
    inner = bytes(byte ^ 0x36 for byte in padded)
    outer = bytes(byte ^ 0x5C for byte in padded)
    rounds = tuple(hashlib.sha256(inner + number.to_bytes(1, "big")) for number in range(_ROUNDS))
    return rounds, hashlib.sha256(outer)


def _spell(value: int) -> str:
    characters = []
    for _ in range(LENGTH - 1):
        value, digit = divmod(value, _BASE)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, start=2))
    return ALPHABET[-total % _BASE]


def _broken(rule: str, message: str) -> Invalid:
    return Invalid(message, Problem("letter_reference", rule, message))
