"""Agents who act for customers, and get a copy of the letter where the campaign has a text for agents."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.dispatcher.customers.fields import FieldRefused, lines_of, postcode_reader, read
from shared.reading.addresses import nameless

AGENT_NAME, AGENT_POSTCODE = "agent_name", "agent_postcode"
AGENT_ADDRESS = ("agent_address_1", "agent_address_2", "agent_address_3", "agent_address_4")
AGENT_FIELDS = (AGENT_NAME, *AGENT_ADDRESS, AGENT_POSTCODE)


@dataclass(frozen=True, slots=True, repr=False)
class Agent:
    """An agent, with all that a letter to them needs."""

    name: str
    address: tuple[str, ...]
    postcode: str


def read_agent(fields: Mapping[str, str]) -> Agent | None:
    """Returns None where a row has no agent. Raises `FieldRefused` for half an agent: a copy that cannot be sent would
    otherwise be left out without a word."""
    name, lines = fields.get(AGENT_NAME, "").strip(), lines_of(fields, AGENT_ADDRESS)
    code = read(AGENT_POSTCODE, fields.get(AGENT_POSTCODE, ""), postcode_reader(lines))
    if not (name or lines or code):
        return None
    if nameless(name):
        name = ""
    for field, there in ((AGENT_NAME, name), (AGENT_ADDRESS[0], lines), (AGENT_POSTCODE, code)):
        if not there:
            raise FieldRefused(field, "missing")
    return Agent(name, lines, code)
