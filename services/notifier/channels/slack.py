"""A notice in Slack's Block Kit, to an incoming webhook."""

from collections.abc import Iterator
from typing import Any

import orjson

from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.web import WebSender
from services.notifier.rendering.charts import in_words
from services.notifier.rendering.content import Content
from services.notifier.rendering.markdown import Block, Heading, Items, Paragraph, Picture, Runs, Table, blocks
from services.notifier.rendering.plain_text import FOOT, table_text
from services.notifier.rulebook.endpoints import Endpoints
from services.notifier.rulebook.rules import Urgency

SECTION_CHARACTERS, HEADER_CHARACTERS, MESSAGE_BLOCKS = 3000, 150, 45
"""Slack's own limits are 3,000 characters in a section, 150 in a header, and 50 blocks."""


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
    urgent = "Urgent: " if outgoing.notice.urgency is Urgency.URGENT else ""
    title = (urgent + content.subject)[:HEADER_CHARACTERS]
    shown = [piece for block in blocks(content.markdown) for piece in _block(block, content)]
    if len(shown) > MESSAGE_BLOCKS:
        shown = [*shown[: MESSAGE_BLOCKS - 1], _section("_The rest is in the e-mail and in the history of notices._")]
    head = {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    foot = {"type": "context", "elements": [{"type": "plain_text", "text": _foot(content), "emoji": False}]}
    return {"text": escaped(title), "blocks": [head, *shown, *_button(outgoing.link), foot]}


def escaped(text: str) -> str:
    """Returns `text` without anything that Slack takes for mark-up: no mention, no link, no bold of a value's own."""
    for sign, harmless in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, harmless)
    for sign in "*_~`":
        text = text.replace(sign, f"\u200b{sign}\u200b")
    return text


def _block(block: Block, content: Content) -> Iterator[dict[str, Any]]:
    match block:
        case Heading(_, runs):
            yield _section(f"*{_words(runs)}*")
        case Paragraph(runs, quoted):
            yield _section(f"> {_words(runs)}" if quoted else _words(runs))
        case Items(items):
            lines = (f"{'    ' * i.depth}{'•' if i.number is None else f'{i.number}.'} {_words(i.runs)}" for i in items)
            yield _section("\n".join(lines))
        case Table():
            yield from (_section(f"```{part}```") for part in _parts(table_text(block)))
        case Picture() if content.chart:
            yield _section(f"_{escaped(in_words(content.chart))}_")


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_CHARACTERS]}}


def _button(link: str | None) -> list[dict[str, Any]]:
    if link is None:
        return []
    label = {"type": "plain_text", "text": "Confirm that you have read this", "emoji": False}
    return [{"type": "actions", "elements": [{"type": "button", "style": "primary", "text": label, "url": link}]}]


def _foot(content: Content) -> str:
    return content.text.rpartition(FOOT)[2].strip()


def _words(runs: Runs) -> str:
    return "".join(_run(escaped(run.text), run.bold, run.link) for run in runs)


def _run(text: str, bold: bool, link: str | None) -> str:
    text = f"<{escaped_link(link)}|{text}>" if link else text
    return f"*{text}*" if bold and text.strip() else text


def escaped_link(link: str) -> str:
    return link.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _parts(text: str) -> Iterator[str]:
    """Splits a text into parts of whole lines, as many as a section takes."""
    part = ""
    for line in text.replace("`", "'").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\n"):
        if len(part) + len(line) > SECTION_CHARACTERS - 10:
            yield part
            part = ""
        part += line + "\n"
    yield part
