"""A block of a population's rows as one document: one encryption, one write and one read for some hundred customers.

Who is not written to leaves only the number of the row and the reason: nothing of them is kept.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import orjson

from services.dispatcher.customers.agent import Agent
from services.dispatcher.customers.customer import WELSH, Customer, Rejection
from services.dispatcher.population.report import Candidate
from services.dispatcher.population.repository.block_reader import block_id
from services.dispatcher.schedule.allocation import Eligible, Place
from shared.protection import Cipher
from shared.storage.store import Document

BLOCKS = "recipients"
INDEX_BYTES = 16
BLANK = bytes(INDEX_BYTES)
"""Index of a row whose personal data was taken out."""
LANGUAGE_PLACE = 7
"""Place of the language among the values that `_personal` gives."""


def of_generation(generation: int) -> Document:
    """Returns what says in a document of which generation its indexes of customers are: nothing for the first."""
    return {"generation": generation} if generation > 1 else {}


def block_document(
    load: str, first: int, block: Sequence[Candidate | Rejection], cipher: Cipher, generation: int = 1
) -> Document:
    candidates = [item for item in block if isinstance(item, Candidate)]
    kept = [(item, item.place) for item in candidates if item.place]
    identifier = block_id(load, first)
    return {
        "_id": identifier,
        "load": load,
        "first": first,
        "randomised": orjson.dumps(
            [(item.recipient.row, item.recipient.customer.stratum, place.stratum, place.number) for item, place in kept]
        ),
        "customers": b"".join(item.index for item, _ in kept),
        "rejected": [[item.row, item.field, item.reason] for item in block if isinstance(item, Rejection)],
        "suppressed": [[item.recipient.row, item.suppressed] for item in candidates if item.suppressed],
        "personal": cipher.encrypt([_personal(item) for item, _ in kept], _place(identifier)),
        **of_generation(generation),
    }


def eligible_in(block: Document) -> Iterator[Eligible]:
    """Yields customers of the block who are randomised."""
    for row, stratum, of, number in orjson.loads(block.get("randomised", b"[]")):
        yield Eligible(row, stratum, Place(of, number))


def without(block: Document, reasons: Mapping[int, str], cipher: Cipher) -> Document:
    """Returns the changes of a block when these rows, which are randomised so far, are suppressed: nothing of them is
    kept."""
    place = _place(block["_id"])
    personal = [item for item in cipher.decrypt(block["personal"], place) if item[0] not in reasons]
    return {
        "randomised": orjson.dumps([entry for entry in orjson.loads(block["randomised"]) if entry[0] not in reasons]),
        "customers": b"".join(index for row, index in indexed(block) if row not in reasons),
        "suppressed": sorted([*block["suppressed"], *([row, reason] for row, reason in reasons.items())]),
        "personal": cipher.encrypt(personal, place),
    }


def in_welsh(block: Document, rows: Sequence[int], cipher: Cipher) -> Document:
    """Returns the changes of a block when these rows are marked Welsh."""
    place = _place(block["_id"])
    personal = [list(item) for item in cipher.decrypt(block["personal"], place)]
    for item in personal:
        if item[0] in rows:
            item[LANGUAGE_PLACE] = WELSH
    return {"personal": cipher.encrypt(personal, place)}


def customers_in(block: Document, cipher: Cipher) -> Iterator[tuple[int, Customer]]:
    """Yields customers with their rows. Clusters are not kept: the places carry them."""
    for row, *kept in cipher.decrypt(block["personal"], _place(block["_id"])):
        yield row, _customer(*kept)


def _customer(
    reference: str, name: str, address: list[str], postcode: str, email: str, phone: str, language: str, *further: Any
) -> Customer:
    flags, stratum, *agent = further
    return Customer(
        reference=reference,
        name=name,
        address=tuple(address),
        postcode=postcode,
        language=language,
        flags=frozenset(flags),
        cluster=None,
        stratum=stratum,
        email=email,
        phone=phone,
        agent=Agent(agent[0], tuple(agent[1]), agent[2]) if agent else None,
    )


def blanked(block: Document, rows: Collection[int], cipher: Cipher) -> Document:
    """Returns the changes of a block when all personal data of these rows is taken out: they can no longer be found or
    read."""
    kept = cipher.decrypt(block["personal"], _place(block["_id"]))
    left = [_blank(item) if item[0] in rows else item for item in kept]
    customers = [BLANK if number in rows else index for number, index in indexed(block)]
    return {"personal": cipher.encrypt(left, _place(block["_id"])), "customers": b"".join(customers)}


def _blank(item: list[Any]) -> list[Any]:
    return [item[0], *(type(value)() for value in item[1:])]


def indexed(block: Document) -> Iterator[tuple[int, bytes]]:
    """The blind indexes of those who can be written to, with their rows."""
    for place, (row, *_) in enumerate(orjson.loads(block["randomised"])):
        yield row, block["customers"][place * INDEX_BYTES : (place + 1) * INDEX_BYTES]


def _personal(candidate: Candidate) -> list[object]:
    """Returns the values to encrypt. A customer without an agent has three values less, as every customer had before
    there were agents."""
    customer, agent = candidate.recipient.customer, candidate.recipient.customer.agent
    return [
        candidate.recipient.row,
        customer.reference,
        customer.name,
        customer.address,
        customer.postcode,
        customer.email,
        customer.phone,
        customer.language,
        sorted(customer.flags),
        customer.stratum,
        *((agent.name, agent.address, agent.postcode) if agent else ()),
    ]


def _place(identifier: str) -> str:
    return f"recipients.personal:{identifier}"
