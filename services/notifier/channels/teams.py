"""A notice as an Adaptive Card, to a Microsoft Teams channel's Workflows webhook."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.web import WebSender
from services.notifier.rendering.charts import in_words
from services.notifier.rendering.content import Content
from services.notifier.rendering.markdown import Block, Heading, Items, Paragraph, Picture, Runs, Table, blocks, words
from services.notifier.rendering.plain_text import FOOT
from services.notifier.rulebook.endpoints import Endpoints
from services.notifier.rulebook.rules import Urgency

MOST = 24_000  # bytes: Teams takes 28 KB
_special = re.compile(r"([\\`*_\[\]()#~|>-])")
Element = dict[str, Any]


class TeamsChannel:
    def __init__(self, endpoints: Endpoints, web: WebSender) -> None:
        self._endpoints = endpoints
        self._web = web

    async def send(self, outgoing: Outgoing) -> None:
        url = self._endpoints[outgoing.notice.address].url.get_secret_value()
        await self._web.post(url, orjson.dumps(message(outgoing)), {})


def message(outgoing: Outgoing) -> Element:
    """Returns a message with one card, for the Workflows trigger "When a Teams webhook request is received"."""
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card(outgoing),
    }
    return {"type": "message", "attachments": [attachment]}


def card(outgoing: Outgoing) -> Element:
    content = outgoing.notice.content
    urgent = outgoing.notice.urgency is Urgency.URGENT
    body = [_text(f"{'Urgent: ' if urgent else ''}{content.subject}", size="Large", weight="Bolder", style="heading")]
    if urgent:
        body[0]["color"] = "Attention"
    shown = [element for block in blocks(content.markdown) for element in _block(block, content)]
    foot = _text(content.text.rpartition(FOOT)[2].strip(), isSubtle=True, size="Small", separator=True)
    link = [{"type": "Action.OpenUrl", "title": "Confirm that you have read this", "url": outgoing.link}]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": [*body, *_fitting(shown), foot],
        "actions": link if outgoing.link else [],
    }


def escaped(text: str) -> str:
    """Returns `text` without anything that a card takes for mark-up."""
    return _special.sub(r"\\\1", text)


def _fitting(elements: list[Element]) -> list[Element]:
    """Returns as many elements as a card may hold; where that is not all, the last says where the rest is."""
    size, fitting = 0, list[Element]()
    for element in elements:
        size += len(orjson.dumps(element))
        if size > MOST:
            return [*fitting, _text("The rest is in the e-mail and in the history of notices.", isSubtle=True)]
        fitting.append(element)
    return fitting


def _block(block: Block, content: Content) -> Iterator[Element]:
    match block:
        case Heading(_, runs):
            yield {**_text(words(runs), weight="Bolder", style="heading"), "spacing": "Large"}
        case Paragraph(runs, quoted):
            yield _marked(runs, **({"isSubtle": True} if quoted else {}))
        case Items(items):
            lines = (f"{'  ' * i.depth}{'-' if i.number is None else f'{i.number}.'} {_words(i.runs)}" for i in items)
            yield {"type": "TextBlock", "wrap": True, "text": "\n".join(lines)}
        case Table():
            yield _table(block)
        case Picture() if content.chart:
            yield _text(in_words(content.chart), isSubtle=True)


def _table(table: Table) -> Element:
    sides = ["Right" if numeric else "Left" for numeric in table.numeric]
    rows = [
        {
            "type": "TableRow",
            "cells": [
                {"type": "TableCell", "items": [_marked(cell, horizontalAlignment=side)]}
                for cell, side in zip(row, sides, strict=True)
            ],
        }
        for row in (table.head, *table.rows)
    ]
    return {"type": "Table", "firstRowAsHeaders": True, "columns": [{"width": 1} for _ in sides], "rows": rows}


def _text(text: str, **looks: object) -> Element:
    return {"type": "TextBlock", "wrap": True, "text": escaped(text), **looks}


def _marked(runs: Runs, **looks: object) -> Element:
    return {"type": "TextBlock", "wrap": True, "text": _words(runs), **looks}


def _words(runs: Runs) -> str:
    return "".join(_run(escaped(run.text), run.bold, run.link) for run in runs)


def _run(text: str, bold: bool, link: str | None) -> str:
    text = f"[{text}]({link.replace(')', '%29').replace('(', '%28')})" if link else text
    return f"**{text}**" if bold and text.strip() else text
