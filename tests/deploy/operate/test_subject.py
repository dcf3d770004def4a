"""A customer's request is put to both services that know customers, and both answer as one."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.local.client import Endpoint
from deploy.local.commands.subject import subject
from deploy.local.errors import StackError
from deploy.local.operate.protection.subject import PATHS, What, ask
from services.dispatcher import app as dispatching
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake import app as taking
from services.intake.settings import Settings as IntakeSettings
from shared.contracts import CampaignApproved
from tests.deploy.given.otm import Answer
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import file, row, utr
from tests.intake.given.letters import CALLED, report, send
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample


class Asking:
    """Both services, on sockets of their own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    async def ask(self, what: What, **further: str) -> Any:
        whom = {"customer_reference": {"kind": "utr", "reference": utr(1)}}
        key = self.environment["OTM_KEY"]
        services = [Endpoint(name, self.environment[f"OTM_{name.upper()}_URL"], key) for name in PATHS]
        body = {"whom": whom, **further} if further else whom
        return await asyncio.to_thread(ask, services, what, body)

    async def otm(self, *command: str, reference: str) -> Answer:
        """The command as people run it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local", "subject", *command), env={**os.environ, **self.environment},
            stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        async with asyncio.timeout(60):
            printed, said = await process.communicate(f"{reference}\n".encode())
        return Answer(process.returncode or 0, said.decode(), printed.decode())


@pytest.fixture
async def asking(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Asking]:
    """A customer stands in a population, and has called."""
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(CALLED)
    settings = corner.settings(
        DispatcherSettings, mongo_database=f"{database}_d", print_folder=tmp_path / "print", spool_folder=tmp_path
    )
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(inside(taking.build_app(corner.settings(IntakeSettings)), corner))
        dispatcher = await stack.enter_async_context(inside(dispatching.build_app(settings), corner))
        environment = {
            "OTM_INTAKE_URL": await stack.enter_async_context(intake.listening()),
            "OTM_DISPATCHER_URL": await stack.enter_async_context(dispatcher.listening()),
            "OTM_KEY": intake.key("data-protection")["Authorization"].removeprefix("Bearer "),
        }
        await approve(dispatcher)
        assert (await put(dispatcher, file([row(1), row(2)]))).status_code == 201
        whom = {"kind": "utr", "reference": utr(1)}
        await send(intake, report(letter_reference=None, customer_reference=whom, note="Rang about the flat"))
        case = {"kind": "own", "reference": "T-0001", "campaign": "OTM-26-0042"}
        await send(intake, report(letter_reference=None, customer_reference=case, note="Has a case"))
        yield Asking(environment)


async def approve(dispatcher: Inside) -> None:
    await MongoCampaigns(dispatcher.service.store, "dispatcher").approve(sample(CampaignApproved))


async def test_both_answer_as_one_and_restrict_and_erase_likewise(asking: Asking) -> None:
    found = await asking.ask("export")
    assert found["intake"]["holdings"]["contacts"][0]["said"]["note"] == "Rang about the flat"
    assert found["dispatcher"]["holdings"]["population"][0]["said"]["address"] == ["1 Quillfeather Lane"]
    await asking.ask("restrict", reason="accuracy-contested")
    restricted = await asking.ask("export")
    assert [restricted[name]["restricted"] for name in ("intake", "dispatcher")] == [True, True]
    with pytest.raises(StackError, match=r"intake answers 409.*dispatcher answers 409.*restricted") as refused:
        await asking.ask("erase", ground="objection")
    assert "done by" not in str(refused.value)
    await asking.ask("lift", reason="settled")
    assert await asking.ask("erase", ground="objection") == {
        "intake": {"erased": {"contacts": 1}, "refused": []},
        "dispatcher": {"erased": {"population": 1}, "refused": []},
    }
    assert await asking.ask("export") == {"intake": None, "dispatcher": None}


async def test_where_one_of_them_is_away_nothing_is_answered_and_it_is_said_which(asking: Asking) -> None:
    asking.environment["OTM_DISPATCHER_URL"] = "http://127.0.0.1:1"
    with pytest.raises(StackError, match=r"dispatcher cannot be reached.*done by intake"):
        await asking.ask("export")


@pytest.mark.parametrize(
    "named",
    [("--kind", "own"), ("--kind", "utr", "-c", "OTM-26-0042"), ("--letter", "7KM2X-Q4R9E", "-c", "OTM-26-0042")],
)
def test_a_campaign_is_named_with_a_reference_of_its_own_and_with_nothing_else(named: tuple[str, ...]) -> None:
    refused = CliRunner().invoke(subject, ["erase", "--ground", "objection", *named], input="T-0001\n")
    assert (refused.exit_code, "needs" in refused.output) == (2, True)


@pytest.mark.long
async def test_the_command_reads_the_reference_and_prints_what_is_kept(asking: Asking) -> None:
    found = await asking.otm("export", "--kind", "utr", reference=utr(1))
    assert (found.code, sorted(found.json)) == (0, ["dispatcher", "intake"])
    nobody = await asking.otm("export", "--kind", "utr", reference=utr(77))
    assert (nobody.code, nobody.said.strip()) == (1, "nothing is kept about this customer")
    wrong = await asking.otm("export", "--kind", "utr", reference="2955839661")
    assert (wrong.code, "intake answers 422" in wrong.said, "2955839661" in wrong.said) == (1, True, False)
    assert (await asking.otm("export", "--kind", "utr", "--letter", "7KM2X-Q4R9E", reference="")).code == 2
    own = ("export", "--kind", "own", "--campaign")
    theirs = await asking.otm(*own, "OTM-26-0042", reference="t-0001")
    assert (theirs.code, theirs.json["intake"]["holdings"]["contacts"][0]["said"]["note"]) == (0, "Has a case")
    assert (await asking.otm(*own, "OTM-26-0043", reference="t-0001")).code == 1
