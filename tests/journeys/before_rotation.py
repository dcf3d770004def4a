"""A campaign that is under way before the index key is rotated, and what of it is asked for afterwards."""

import json
from typing import Any

from shared.contracts import CommunicationsIssued, UnitsAllocated
from shared.customers.token import customer_token, unit_token
from shared.protection import load_keyring
from tests.dispatcher.given.decisions import WAVES
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.subjects import ask
from tests.intake.given.letters import report, send, send_in_a_stream
from tests.intake.given.outcomes import outcome, post
from tests.intake.given.subjects import protect
from tests.journeys.rotated import Both, Ground, approved, customer, whom
from tests.support.clocks import NOON

CUSTOMERS = range(1, 61)


class Story:
    """Events of before the rotation, as far as they are asked for after it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.before = load_keyring(ground.corner.home.keyring)
        self.letters: dict[int, str] = {}
        self.controls: list[int] = []
        self.later: list[int] = []
        self.on_their_way: list[CommunicationsIssued] = []
        self.units: dict[int, str] = {}
        self.exports: dict[str, Any] = {}
        self.outcome = ""

    @property
    def caller(self) -> int:
        return min(self.letters)

    @property
    def second(self) -> int:
        return sorted(self.letters)[1]

    async def happen(self, both: Both) -> None:
        await both.begin(approved(CAMPAIGN, waves=WAVES), CUSTOMERS)
        self.units = {n: unit_token(self.before, CAMPAIGN, customer_token(self.before, customer(n))) for n in CUSTOMERS}
        assert {each.unit for said in both.desk.spoken.of(UnitsAllocated) for each in said.units} == {
            *self.units.values()
        }
        await both.desk.issue(*await both.desk.start(NOON))
        entries = await both.letters(CAMPAIGN)
        self.letters = {n: entry["_id"] for n, entry in entries.items() if entry["state"] == "issued"}
        self.controls = [n for n, entry in entries.items() if entry["state"] == "control"]
        arms = [c async for c in both.desk.store["chunks"].find()]
        planned = {r: a for c in arms for r, a in zip(c["rows"], c["arms"], strict=True)}
        self.later = [n for n in CUSTOMERS if n not in entries and planned[n] == "plain"]
        *told, last = both.desk.spoken.of(CommunicationsIssued)
        await both.hear(*told)
        self.on_their_way = [last]
        await self._people(both)

    async def _people(self, both: Both) -> None:
        """Somebody rings, twice, once by a helpline's stream; one died, one is restricted; one paid, in either arm."""
        letter, second = self.letters[self.caller], self.letters[self.second]
        assert await both.look_up(whom(self.caller)) == [letter]
        await send(both.intake, report(letter_reference=letter, reason="complaint", **whom(self.second)))
        await send_in_a_stream(both.intake, report(letter_reference=second, note="Rang", **whom(self.second)))
        await send_list(both.dispatcher, "deaths", line(self.later[0]))
        restriction = {"whom": whom(self.later[1]), "reason": "accuracy-contested"}
        assert (await ask(both.dispatcher, "restrict", restriction)).is_success
        assert (await protect(both.intake, "restrictions", restriction)).is_success
        recorded = await post(both.intake, paid(self.controls[0]), path="")
        self.outcome = recorded.json()["id"]
        for number in (self.caller, self.second):
            for service in (both.intake, both.dispatcher):
                self.exports[f"{number} {service.service.name}"] = await export(both, service, whom(number))


def paid(number: int) -> bytes:
    return json.dumps(outcome(letter_reference=None, campaign=CAMPAIGN, **whom(number))).encode()


async def export(both: Both, service: Any, who: dict[str, Any]) -> dict[str, Any]:
    asked = protect(service, "exports", who) if service is both.intake else ask(service, "export", who)
    found: dict[str, Any] = (await asked).json()
    return found
