"""Agents of customers, as in a population, and the records of print files that are to reach them."""

import csv
from pathlib import Path

from services.dispatcher.customers.agent import Agent

AGENT = Agent("Tallowbridge and Pike", ("7 Saltmarsh Row", "Kirkhallow"), "ZZ9 1AG")
COLUMNS = {"agent_name": "Tallowbridge and Pike", "agent_address_1": "7 Saltmarsh Row", "agent_address_2": "",
           "agent_address_3": " Kirkhallow", "agent_address_4": "", "agent_postcode": "zz9 1ag"}  # fmt: skip


def printed_records(folder: Path) -> list[dict[str, str]]:
    found = []
    for data in sorted(folder.glob("*.csv")):
        with data.open(newline="") as text:
            found += list(csv.DictReader(text))
    return found
