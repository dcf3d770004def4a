"""Slack and Teams show a notice in their own formats, within their limits, and no value as mark-up of its own."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.notifier.channels import Channel, Outgoing, slack, teams
from services.notifier.channels.addresses import Addresses
from services.notifier.channels.slack import SlackChannel
from services.notifier.channels.teams import TeamsChannel
from services.notifier.channels.web import WebSender
from services.notifier.notices.notice import Notice
from services.notifier.rulebook.endpoints import load_endpoints
from tests.notifier.given.notices import LINK, notice, with_files
from tests.support.receiver import receiver

LONG = notice().content.model_copy(
    update={"markdown": "".join(f"## Part {n}\n\n{'word ' * 200}\n\n- item {n}\n\n" for n in range(60))}
)


@pytest.mark.parametrize(("kind", "shape"), [(SlackChannel, slack.message), (TeamsChannel, teams.message)])
async def test_a_chat_channel_is_posted_its_own_shape(tmp_path: Path, kind: Any, shape: Any) -> None:
    async with receiver() as far_end:
        file = tmp_path / "endpoints.json"
        file.write_text(json.dumps({"press": {"url": far_end.url()}}))
        channel: Channel = kind(load_endpoints(file), WebSender(Addresses(("127.0.0.0/8",))))
        outgoing = Outgoing(with_files(address="press"), LINK)
        await channel.send(outgoing)
        (post,) = far_end.posts
        assert post.json == orjson.loads(orjson.dumps(shape(outgoing)))


def test_slack_shows_headings_figures_and_a_button() -> None:
    message = slack.message(Outgoing(with_files(urgency="urgent"), LINK))
    assert message["text"] == "Urgent: OTM-26-0042: Incwm o osod eiddo – Ŵyl"
    head, *shown, actions, foot = message["blocks"]
    assert head["text"]["text"] == message["text"]
    texts = [block["text"]["text"] for block in shown]
    assert texts[0] == ("Income from letting *property* – Ŵyl, see <https://plans.example/OTM-26-0042|the plan>")
    assert texts[1] == "*By day*"
    assert texts[2] == "```day         expected\n----------  --------\nTue 08 Sep        60\nWed 09 Sep        99\n```"
    assert texts[3].startswith("_Chart: contacts expected on each day from Tuesday 8 September")
    assert texts[4].startswith("• one &amp; only\n• &lt;script&gt; and \u200b*\u200bstars")
    assert actions["elements"][0]["url"] == LINK
    assert foot["elements"][0]["text"] == "Sent to Press Office."


def test_teams_shows_a_card_with_a_table_and_an_action() -> None:
    message = teams.message(Outgoing(with_files(urgency="urgent"), LINK))
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    title, words, heading, table, chart, items, foot = card["body"]
    assert (title["color"], title["style"]) == ("Attention", "heading")
    assert "[the plan](https://plans.example/OTM-26-0042)" in words["text"]
    assert "**property**" in words["text"]
    assert heading["text"] == "By day"
    assert [cell["items"][0]["text"] for cell in table["rows"][1]["cells"]] == ["Tue 08 Sep", "60"]
    assert table["firstRowAsHeaders"]
    assert chart["text"].startswith("Chart: contacts expected")
    assert "\\*stars\\*" in items["text"]
    assert foot["text"] == "Sent to Press Office."
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Confirm that you have read this", "url": LINK}]


@pytest.mark.parametrize("shape", [slack.message, teams.message])
def test_what_needs_no_acknowledgement_has_nothing_to_press(shape: Any) -> None:
    assert "Confirm that" not in json.dumps(shape(Outgoing(notice())))


def test_a_long_notice_keeps_within_the_limits_and_says_where_the_rest_is() -> None:
    long: Notice = notice(content=LONG)
    blocks = slack.message(Outgoing(long, LINK))["blocks"]
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    for shape in (slack.message, teams.message):
        said = json.dumps(shape(Outgoing(long, LINK)))
        assert "history of notices" in said
        assert LINK.split("?")[0] in said  # it can be acknowledged all the same
    assert len(orjson.dumps(teams.message(Outgoing(long, LINK)))) < 28_000


def shown(markdown: str) -> tuple[list[str], str]:
    """Returns the text of each section of a Slack message, and the whole message."""
    content = notice().content.model_copy(update={"markdown": markdown})
    message = slack.message(Outgoing(notice(content=content), LINK))
    texts = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    assert all(len(text) <= 3000 for text in texts)
    return texts, json.dumps(message, ensure_ascii=False)


def test_slack_shows_a_long_paragraph_whole_in_several_sections() -> None:
    texts, _ = shown("A & B " * 700)
    assert len(texts) > 1
    assert " ".join("".join(texts).split()) == " ".join(["A &amp; B"] * 700)
    assert all(text.count("&") == text.count("&amp;") for text in texts)


@pytest.mark.parametrize("before", range(2930, 3010, 7))
def test_slack_never_cuts_a_link_or_bold_words(before: int) -> None:
    texts, _ = shown("x" * before + " [the plan](https://plans.example/1) **now and *here***  end")
    assert any("<https://plans.example/1|the plan>" in text for text in texts)
    assert all(text.count("<") == text.count(">") and text.count("*") % 2 == 0 for text in texts)


def test_slack_says_that_a_line_of_a_table_was_cut() -> None:
    texts, message = shown("| a | b |\n|---|---|\n| " + "z" * 3500 + " | 2 |\n")
    assert all(text.startswith("```") and text.endswith("```") for text in texts if "z" in text)
    assert "history of notices" in message


def test_slack_makes_no_link_of_words_that_look_like_one() -> None:
    content = notice().content.model_copy(update={"markdown": "see https://evil.example and @here"})
    sections = [
        each for each in slack.message(Outgoing(notice(content=content)))["blocks"] if each["type"] == "section"
    ]
    assert all(each["text"]["verbatim"] for each in sections)


def test_slack_cuts_a_long_title_between_words_and_shows_it_whole_below() -> None:
    title = "OTM-26-0042: " + "landlords " * 20
    content = notice().content.model_copy(update={"subject": title.strip()})
    head, first, *_ = slack.message(Outgoing(notice(content=content)))["blocks"]
    assert head["text"]["text"].endswith("landlords …")
    assert len(head["text"]["text"]) <= 150
    assert title.strip() in first["text"]["text"]
