"""Agents of customers are whole in a row, or the row is refused."""

import pytest

from services.dispatcher.customers.agent import AGENT_FIELDS, Agent
from services.dispatcher.customers.customer import Rejection, read_customer
from tests.dispatcher.given.agents import AGENT, COLUMNS
from tests.dispatcher.given.people import SCHEMA, row


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({}, AGENT),
        (dict.fromkeys(AGENT_FIELDS, " "), None),
        ({"agent_name": ""}, Rejection(1, "agent_name", "missing")),
        ({"agent_address_1": "", "agent_address_3": " "}, Rejection(1, "agent_address_1", "missing")),
        ({"agent_postcode": ""}, Rejection(1, "agent_postcode", "missing")),
        ({"agent_postcode": "HIGH STREET"}, Rejection(1, "agent_postcode", "format")),
        ({"agent_name": "x" * 201}, Rejection(1, "agent_name", "too-long")),
        ({"agent_address_4": "\x00"}, Rejection(1, "agent_address_4", "control-character")),
    ],
)
def test_an_agent_is_whole_or_the_row_is_refused(changes: dict[str, str], read: Agent | Rejection | None) -> None:
    found = read_customer(1, row(1) | COLUMNS | changes, SCHEMA)
    assert (found if isinstance(found, Rejection) else found.agent) == read
