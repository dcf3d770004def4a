"""Contacts that came in a stream are kept in blocks, a document for several lines instead of one for each.

The contacts in a block never change: to change one, its block is taken apart first. The id of a contact
says which block it may be in, and where.
"""

LINES_PER_BLOCK = 10
"""Lines at most. Looking up a letter reads the whole block that a contact about it is in."""


def block_of(contact: str) -> str:
    """The id of the block that a contact with this id is in, if it came in a stream."""
    return contact[:-2] + "00"


def placed(block: str, place: int) -> str:
    """The id of the contact at a place of the block, from 0: never that of the block itself."""
    return f"{block[:-2]}{place + 1:02x}"
