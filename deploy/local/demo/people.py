"""Invented customers: a population file made from a seed, with everything wrong in it that real ones have."""

import csv
import io
from collections.abc import Iterator
from random import Random

from stdnum.gb import utr

COLUMNS = (
    "customer_reference",
    "name",
    "address_1",
    "address_2",
    "postcode",
    "language",
    "flags",
    "cluster",
    "stratum",
)
AGENT_COLUMNS = ("agent_name", "agent_address_1", "agent_address_2", "agent_postcode")
FIRMS = ("Tallowbridge and Pike", "Ferncombe Accountants", "Ravensworth Orme LLP", "The Ledgerhouse")
FIRST = (
    "Aled",
    "Bethan",
    "Chidi",
    "Delphine",
    "Eirlys",
    "Farouk",
    "Greta",
    "Hamish",
    "Imogen",
    "Jarek",
    "Keziah",
    "Leif",
)
LAST = ("Abernathyson", "Blackthornley", "Cwmbach", "Drumgarrow", "Eastwickham", "Fenwithen", "Glasfryn", "Hathersedge")
STREETS = ("Copperbeech Way", "Larkspur Mews", "Millrace Terrace", "Quillfeather Lane", "Saltmarsh Row")
TOWNS = ("Aberwyvern", "Netherfold", "Kirkhallow", "Stonebridge Regis")
SUPPRESSING_FLAGS = ("deceased", "insolvent", "open-check", "time-to-pay", "returned-mail")
STRATA = ("small", "medium", "large")
ODDS = {"wrong check digit": 0.02, "duplicate": 0.015, "no address": 0.015, "no name": 0.005, "ragged": 0.003}
FLAGGED, WELSH, LARGE_PRINT, SHARED_ADDRESS, REPRESENTED = 0.03, 0.03, 0.01, 0.08, 0.1


def population_csv(size: int, seed: int, agents: bool = False) -> Iterator[bytes]:
    """A header and `size` rows, line by line; with `agents`, some customers have one. The same size and seed give the
    same bytes."""
    random = Random(seed)  # noqa: S311 - people are invented here, not randomised to arms
    yield _line((*COLUMNS, *AGENT_COLUMNS) if agents else COLUMNS)
    earlier: list[str] = []
    for number in range(size):
        row = [*_customer(random, number), *(_agent(random) if agents else ())]
        fault = _fault(random)
        if fault == "duplicate" and earlier:
            row[0] = random.choice(earlier)
        elif fault != "wrong check digit":
            earlier.append(row[0])
        yield _line(_spoilt(row, fault))


def _customer(random: Random, number: int) -> list[str]:
    street = f"{random.randint(1, 400)} {random.choice(STREETS)}"
    flags = [random.choice(SUPPRESSING_FLAGS)] if random.random() < FLAGGED else []
    if random.random() < LARGE_PRINT:
        flags.append("large-print")
    return [
        _utr(random, number),
        f"{random.choice(FIRST)} {random.choice(LAST)}",
        street,
        random.choice(TOWNS),
        f"ZZ{random.randint(1, 99)} {random.randint(1, 9)}QZ",
        "cy" if random.random() < WELSH else "en",
        ";".join(flags),
        f"household-{number // 2}" if random.random() < SHARED_ADDRESS else "",
        random.choice(STRATA),
    ]


def _agent(random: Random) -> list[str]:
    if random.random() >= REPRESENTED:
        return [""] * len(AGENT_COLUMNS)
    street = f"{random.randint(1, 400)} {random.choice(STREETS)}"
    return [random.choice(FIRMS), street, random.choice(TOWNS), f"ZZ{random.randint(1, 99)} {random.randint(1, 9)}AG"]


def _utr(random: Random, number: int) -> str:
    """A valid UTR; no two numbers give the same one."""
    return utr_of(f"{number % 10**6:06d}{random.randint(0, 999):03d}")


def utr_of(digits: str) -> str:
    """The UTR that ends with these nine digits."""
    return str(utr.calc_check_digit(digits)) + digits


def _fault(random: Random) -> str | None:
    draw = random.random()
    for fault, odds in ODDS.items():
        if draw < odds:
            return fault
        draw -= odds
    return None


def _spoilt(row: list[str], fault: str | None) -> list[str]:
    if fault == "wrong check digit":
        return [str((int(row[0][0]) + 1) % 10) + row[0][1:], *row[1:]]
    if fault == "no address":
        return [*row[:2], "", "", "", *row[5:]]
    if fault == "no name":
        return [row[0], "", *row[2:]]
    return row[:-2] if fault == "ragged" else row


def _line(fields: tuple[str, ...] | list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(fields)
    return text.getvalue().encode()
