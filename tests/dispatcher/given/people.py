"""Customers for tests: rows of a population file and the values that services make of them."""

import csv
import io
from collections.abc import Mapping, Sequence

from stdnum.gb import utr as numbers

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Customer
from services.dispatcher.customers.reference import ReferenceRule
from services.dispatcher.customers.schema import PopulationSchema
from shared.contracts import CampaignApproved
from shared.customers.reference import ReferenceKind
from tests.support.samples import sample

HEADER = ("customer_reference", "name", "address_1", "postcode", "language", "flags", "cluster", "stratum")
CAMPAIGN = "OTM-26-0042"
SCHEMA = PopulationSchema(reference=ReferenceRule(kind=ReferenceKind.UTR))


def utr(number: int) -> str:
    """A valid one, another for each number."""
    return f"{numbers.calc_check_digit(f'{number:09d}')}{number:09d}"


def row(number: int, **changes: str) -> dict[str, str]:
    """A good row, with fields changed."""
    return {
        "customer_reference": utr(number),
        "name": f"Gwenllian Ap Rhys {number}",
        "address_1": f"{number} Quillfeather Lane",
        "postcode": "ZZ1 1ZZ",
        "language": "en",
        "flags": "",
        "cluster": "",
        "stratum": "small",
        **changes,
    }


def file(rows: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def customer(number: int = 1, language: str = "en", flags: frozenset[str] = frozenset(), **changes: object) -> Customer:
    fields = {"reference": utr(number), "name": "Gwenllian Ap Rhys", "address": ("1 Quillfeather Lane",),
              "postcode": "ZZ1 1ZZ", "cluster": None, "stratum": "small"} | changes  # fmt: skip
    return Customer(language=language, flags=flags, **fields)  # type: ignore[arg-type]


def campaign(**changes: object) -> DispatchedCampaign:
    """A campaign as approved: a control arm, and a plain letter in English and Welsh."""
    return DispatchedCampaign(reference=CAMPAIGN, number=3, plan=sample(CampaignApproved, **changes))
