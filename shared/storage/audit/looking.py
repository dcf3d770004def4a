"""Looks at an audit trail, range after range: the main chain with what its seals say, and all other chains.

A seal says which entry was the last of a chain, and its hash. With that entry there, and every chain whole from its
first entry on, nothing that was sealed can be missing; a whole chain that was taken away is missed by its seals.
"""

from collections.abc import Mapping
from dataclasses import replace

from shared.storage.audit.chain import Rows, entry_of, hash_of, id_of, start_of
from shared.storage.audit.walking import ChainEnds, NumberEnds, in_order
from shared.storage.finding import found_by
from shared.trail import Entry, Verified

SEALED = "trail.sealed"
"""Entries of the main chain whose details have the number and hash of the last entry of each chain that has grown."""
Heads = Mapping[str, tuple[int, str]]


def heads_of(entry: Entry) -> Heads:
    """Returns what a seal says; nothing for any other entry."""
    return entry.details["heads"] if entry.what == SEALED else {}


async def main_verified(
    main: Rows, written: Rows, ends: ChainEnds | None, key: bytes, after: int, link: str, most: int | None
) -> Verified:
    """Returns how far the main chain is whole, and that each entry that a seal names is there. Notes how long the
    chains are that it heard of, as seals of a version before did not."""
    found, looked_at, sealed, lengths = Verified(0, after, link), 0, dict[str, str](), dict[str, int]()
    async for entry in in_order(main, after or None, NumberEnds(main)):
        if most is not None and looked_at >= most:
            found = replace(found, ended=False)
            break
        number = int(found.after) + 1
        if (entry.chain, entry.number, entry.previous) != ("", number, found.head) or entry.hash != hash_of(entry, key):
            found = replace(found, broken=_changed("", number))
            break
        heads = heads_of(entry)
        sealed |= {str(id_of(chain, last)): head for chain, (last, head) in heads.items()}
        lengths |= {chain: last for chain, (last, _) in heads.items()}
        looked_at += 1 + len(heads)
        found = Verified(found.entries + (entry.what != SEALED), number, entry.hash)
    if ends:
        await ends.note(lengths)
    return replace(found, broken=await _gone(written, sealed) or found.broken)


async def chains_verified(
    written: Rows, ends: ChainEnds, key: bytes, after: str, link: str, most: int | None
) -> Verified:
    """Returns how far the chains of a collection are whole: each from its first entry on, and nothing beside them."""
    found = Verified(0, after, link)
    last = entry_of({"_id": after}) if after else None
    chain, number = (last.chain, last.number) if last else ("", 0)
    async for entry in in_order(written, after or None, ends):
        if found.entries == most:
            return replace(found, ended=False)
        if entry.chain != chain:
            chain, number, link = entry.chain, 0, start_of(entry.chain)
        number += 1
        if not chain or (entry.number, entry.previous) != (number, link) or entry.hash != hash_of(entry, key):
            return replace(found, broken=_changed(chain, number))
        link = entry.hash
        found = Verified(found.entries + 1, id_of(chain, number), link)
    return found


async def _gone(written: Rows, sealed: Mapping[str, str]) -> str | None:
    there = {row["_id"]: row["hash"] for row in await found_by(written, "_id", list(sealed))}
    gone = next((each for each, head in sealed.items() if there.get(each) != head), None)
    return f"{_named(gone)} is gone, or not the one that was sealed" if gone else None


def _changed(chain: str, number: int) -> str:
    return f"{_named(id_of(chain, number))} was changed, taken out or put in"


def _named(place: int | str) -> str:
    chain, _, number = str(place).rpartition(":")
    return f"entry {int(number)} of chain {chain}" if chain else f"entry {number}"
