"""A notice in Slack's Block Kit, to an incoming webhook."""

from collections.abc import Iterator
from typing import Any

import orjson

from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.slack_text import (
    HEADER_CHARACTERS,
    REST,
    SECTION_CHARACTERS,
    escaped,
    packed,
    pieces,
    shortened,
    table_parts,
)
from services.notifier.channels.web import WebSender
from services.notifier.rendering.charts import in_words
from services.notifier.rendering.content import Content
from services.notifier.rendering.markdown import Block, Heading, Items, Paragraph, Picture, Run, Table, blocks, words
from services.notifier.rendering.plain_text import FOOT, table_text
from services.notifier.rulebook.endpoints import Endpoints
from services.notifier.rulebook.rules import Urgency

MESSAGE_BLOCKS = 45
"""The most blocks of a notice; Slack takes 50 in a message."""


class SlackChannel:
    def __init__(self, endpoints: Endpoints, web: WebSender) -> None:
        self._endpoints = endpoints
        self._web = web

    async def send(self, outgoing: Outgoing) -> None:
        url = self._endpoints[outgoing.notice.address].url.get_secret_value()
        await self._web.post(url, orjson.dumps(message(outgoing)), {})


def message(outgoing: Outgoing) -> dict[str, Any]:
    """Returns the message. Its `text` is read out by notifications and screen readers."""
    content = outgoing.notice.content
    title = ("Urgent: " if outgoing.notice.urgency is Urgency.URGENT else "") + content.subject
    shown = [section for block in blocks(content.markdown) for section in _sections(block, content)]
    if len(title) > HEADER_CHARACTERS:
        shown.insert(0, _section(f"*{escaped(title)[:SECTION_CHARACTERS]}*"))
    if len(shown) > MESSAGE_BLOCKS or any(REST in each["text"]["text"] for each in shown):
        shown = [*shown[: MESSAGE_BLOCKS - 1], _section("_The rest is in the e-mail and in the history of notices._")]
    head = {"type": "header", "text": {"type": "plain_text", "text": shortened(title), "emoji": False}}
    foot = {"type": "context", "elements": [{"type": "plain_text", "text": _foot(content), "emoji": False}]}
    return {"text": escaped(title), "blocks": [head, *shown, *_button(outgoing.link), foot]}


def _sections(block: Block, content: Content) -> Iterator[dict[str, Any]]:
    """Yields a block as sections, none of which is longer than Slack takes and each of whole pieces."""
    match block:
        case Heading(_, runs):
            yield from map(_section, packed(pieces((Run(words(runs), bold=True),))))
        case Paragraph(runs, quoted):
            yield from map(_section, packed(pieces(runs), "> " if quoted else ""))
        case Items(items):
            marks = (f"{'    ' * i.depth}{'•' if i.number is None else f'{i.number}.'} " for i in items)
            lines = zip(items, marks, strict=True)
            yield from map(
                _section, packed([part for item, mark in lines for part in (mark, *pieces(item.runs), "\n")])
            )
        case Table():
            yield from (_section(f"```{part}```") for part in table_parts(table_text(block)))
        case Picture() if content.chart:
            yield _section(f"_{escaped(in_words(content.chart))}_")


def _section(text: str) -> dict[str, Any]:
    """Returns a section. `verbatim` keeps Slack from making links and mentions of what only looks like one."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text.rstrip("\n"), "verbatim": True}}


def _button(link: str | None) -> list[dict[str, Any]]:
    if link is None:
        return []
    label = {"type": "plain_text", "text": "Confirm that you have read this", "emoji": False}
    return [{"type": "actions", "elements": [{"type": "button", "style": "primary", "text": label, "url": link}]}]


def _foot(content: Content) -> str:
    return content.text.rpartition(FOOT)[2].strip()
