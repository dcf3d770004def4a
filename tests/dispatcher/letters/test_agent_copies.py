"""Copies for customers' agents have a text of their own, and are refused at approval where they could not go."""

from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.customers.customer import Recipient
from services.dispatcher.letters.communication import compose
from shared.contracts import CampaignApproved, CampaignRefused
from tests.dispatcher.given.agents import AGENT
from tests.dispatcher.given.decisions import approved
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, campaign, customer
from tests.support.inside import Inside
from tests.support.notify import API_KEY, TEMPLATES
from tests.support.samples import stored

PLAIN = campaign().plan.arms[1]


def test_a_copy_is_composed_where_there_are_an_agent_and_a_text_for_them() -> None:
    letter = compose(campaign(), Recipient(7, customer(agent=AGENT, flags=frozenset({"braille"}))), PLAIN, b"k")
    assert letter.copy is not None
    assert letter.copy.body.startswith("Dear Tallowbridge and Pike\n\nWe have written to your client Gwenllian Ap Rhys")
    assert letter.reference in letter.copy.body
    assert not [text for text in ("Tallowbridge", "Saltmarsh", "Gwenllian") if text in repr(letter)]
    welsh = compose(campaign(), Recipient(7, customer(agent=AGENT, language="cy")), PLAIN, b"k")
    assert welsh.copy is not None
    assert welsh.copy.body.startswith("Annwyl Tallowbridge")
    textless = PLAIN.model_copy(update={"letters": [each.model_copy(update={"agent": None}) for each in PLAIN.letters]})
    for recipient, arm in ((customer(), PLAIN), (customer(agent=AGENT), textless)):
        assert compose(campaign(), Recipient(7, recipient), arm, b"k").copy is None


def with_agent(**letter: Any) -> list[dict[str, Any]]:
    """The arms, the English letter's text for agents changed."""
    control, plain = stored(CampaignApproved)["arms"]
    english, welsh = plain["letters"]
    return [control, plain | {"letters": [english | {"agent": english["agent"] | letter}, welsh]}]


def by_channel(channel: str) -> list[dict[str, Any]]:
    control, plain = stored(CampaignApproved)["arms"]
    return [control, plain | {"channel": channel}]


@pytest.mark.parametrize(
    ("arms", "problem"),
    [
        (with_agent(body="Dear {{ agent_nmae }}"), ("arms.1.letters.0.agent", "unknown-field")),
        (with_agent(subject="About {{ amount }}"), ("arms.1.letters.0.agent", "unknown-field")),
        (by_channel("letter"), ("arms.1.channel", "no-agent-copies")),
        (by_channel("email"), ("arms.1.channel", "no-agent-copies")),
        (by_channel("text"), ("arms.1.channel", "no-agent-copies")),
    ],
)
async def test_a_copy_that_could_not_go_is_refused_at_approval(
    unapproved: Inside, tmp_path: Path, arms: list[dict[str, Any]], problem: tuple[str, str]
) -> None:
    notify = {"api_key": API_KEY, "letter_template": TEMPLATES["letter"], "text_template": TEMPLATES["sms"]}
    smtp = {"host": "127.0.0.1", "port": 1, "sender": "tax@authority.example"}
    desk = Desk(unapproved, tmp_path, notify=notify, smtp=smtp)
    await desk.hear.approve(heard(approved(arms=arms)))
    (refused,) = desk.spoken.of(CampaignRefused)
    assert [(found.field, found.rule) for found in refused.problems] == [problem]
    assert await unapproved.service.store["campaigns"].count_documents({}) == 0


async def test_a_text_for_agents_in_one_language_alone_is_refused_at_approval(
    unapproved: Inside, tmp_path: Path
) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    english, welsh = plain["letters"]
    arms = [control, plain | {"letters": [english, welsh | {"agent": None}]}]
    desk = Desk(unapproved, tmp_path)
    await desk.hear.approve(heard(approved(arms=arms)))
    (refused,) = desk.spoken.of(CampaignRefused)
    assert [problem.rule for problem in refused.problems] == ["agent-in-each-language"]


async def test_a_copy_is_previewed_for_an_invented_agent(unapproved: Inside, tmp_path: Path) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    without = plain | {"code": "no-agents", "letters": [letter | {"agent": None} for letter in plain["letters"]]}
    await Desk(unapproved, tmp_path).hear.approve(heard(approved(arms=[control, plain, without])))
    path = f"/v1/campaigns/{CAMPAIGN}/previews"
    async with unapproved.caller("operator") as operator:
        page = await operator.get(f"{path}/plain?copy=agent&language=cy&print_format=large-print")
        assert "Annwyl Specimen and Partners" in page.text
        assert "eich cleient Gwenllïan Ŵyn Enghraifft" in page.text
        assert "font-size:11pt" in page.text, "the customer's format is not the agent's"
        pdf = await operator.get(f"{path}/plain?copy=agent&as_=pdf")
        assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
        assert (await operator.get(f"{path}/no-agents?copy=agent")).status_code == 404
        assert (await operator.get(f"{path}/plain?copy=neighbour")).status_code == 422
        assert "Specimen and Partners" not in (await operator.get(f"{path}/plain")).text
