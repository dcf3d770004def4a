"""E-mail through GOV.UK Notify, with one template of its own that holds nothing but ((subject)) and ((body))."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from services.notifier.channels.outgoing import FarEndDown, Fate, NotTaken, Outgoing, Refused
from services.notifier.rendering.markdown import Block, Heading, Items, Paragraph, Runs, Table, blocks
from services.notifier.rendering.plain_text import FOOT

ANSWER_SECONDS = 15  # seconds
BAD_REQUEST = 400
ON_ITS_WAY, ARRIVED, BOUNCED = ("created", "sending", "pending"), ("delivered", "sent"), "permanent-failure"
NEXT = "\ufdd0"
"""Stands for the next link while text is made harmless: a sign that no text has."""
_begins_block = re.compile(r"^(\s*)([#*^•-]|\d+\.)", re.MULTILINE)


class NotifyRefused(Refused):
    """GOV.UK Notify will never take it: the address, the template, or the team's guest list."""

    code = "notify-refused"


class NotifyBounced(Refused):
    """GOV.UK Notify took it before, and the address does not exist."""

    code = "bad-address"


class NotifyDown(FarEndDown):
    code = "notify-down"


class NotifyChannel:
    """GOV.UK Notify. `reference` is the message id: after a crash it is looked up there before another send."""

    def __init__(self, api_key: str, template: str, url: str) -> None:
        self._api_key = api_key
        self._template = template
        self._url = url

    async def send(self, outgoing: Outgoing) -> None:
        if outgoing.again and await self._taken_before(outgoing):
            return
        content = outgoing.notice.content
        await self._call(
            lambda client: client.send_email_notification(
                email_address=outgoing.notice.address,
                template_id=self._template,
                personalisation={"subject": content.subject, "body": body(outgoing)},
                reference=outgoing.notice.message_id,
            )
        )

    async def fate(self, message_id: str) -> Fate:
        """Returns the fate of a notice that GOV.UK Notify took."""
        statuses = await self._statuses(message_id)
        if statuses.intersection(ARRIVED):
            return Fate.ARRIVED
        return Fate.BOUNCED if BOUNCED in statuses and not statuses.intersection(ON_ITS_WAY) else Fate.OPEN

    async def _taken_before(self, outgoing: Outgoing) -> bool:
        """Returns whether the notice was taken before. Raises `NotifyBounced` if it was, and went nowhere."""
        statuses = await self._statuses(outgoing.notice.message_id)
        if statuses.intersection(ON_ITS_WAY + ARRIVED):
            return True
        if BOUNCED in statuses:
            raise NotifyBounced("GOV.UK Notify says that the address does not exist")
        return False

    async def _statuses(self, message_id: str) -> set[str]:
        answer = await self._call(lambda client: client.get_all_notifications(reference=message_id))
        return {each["status"] for each in answer["notifications"]}

    async def _call(self, ask: Callable[[Any], Any]) -> Any:
        """Calls in a thread, with a client of its own: the client is blocking and not safe to share."""
        client = NotificationsAPIClient(self._api_key, base_url=self._url, timeout=ANSWER_SECONDS)  # type: ignore[no-untyped-call]
        try:
            return await asyncio.to_thread(ask, client)
        except HTTPError as error:
            if error.status_code == BAD_REQUEST:
                raise NotifyRefused("GOV.UK Notify refuses this notice") from error
            raise NotifyDown(f"GOV.UK Notify answers {error.status_code}") from error
        except (KeyError, ValueError) as error:
            raise NotTaken("GOV.UK Notify answers something else than agreed") from error


def body(outgoing: Outgoing) -> str:
    """Returns the notice in GOV.UK Notify's own mark-up: headings, bullets and paragraphs; a table becomes a line for
    each row.
    """
    content = outgoing.notice.content
    parts = [part for block in blocks(content.markdown) if (part := _part(block))]
    if outgoing.link:
        parts.append(f"Confirm that you have read this: {outgoing.link}")
    return "\n\n".join([*parts, "---", content.text.rpartition(FOOT)[2].strip()])


def _part(block: Block) -> str:
    match block:
        case Heading(_, runs):
            return f"# {_words(runs)}"
        case Paragraph(runs, quoted):
            return f"^ {_words(runs)}" if quoted else _words(runs)
        case Items(items):
            return "\n".join(f"{'*' if i.number is None else f'{i.number}.'} {_words(i.runs)}" for i in items)
        case Table(head, rows):
            return "\n".join(f"* {_row(head, row)}" for row in rows)
    return ""


def _row(head: Sequence[Runs], row: Sequence[Runs]) -> str:
    named = (f"{_words(name)} {_words(cell)}" for name, cell in zip(head[1:], row[1:], strict=True))
    return f"{_words(row[0])}: {', '.join(named)}"


def _words(runs: Runs) -> str:
    """Returns text without mark-up of a value's own: no link in disguise, no line that begins a block.

    GOV.UK Notify makes a link of whatever looks like an address, so only the addresses of real links are left whole.
    """
    plain = "".join(
        run.text.replace(NEXT, "").replace("://", ":\u200b//") + (f" {NEXT}" if run.link else "") for run in runs
    )
    text = _begins_block.sub("\\1\u200b\\2", plain.replace("](", "]\u200b(")).replace("((", "(\u200b(")
    for link in (run.link for run in runs if run.link):
        text = text.replace(NEXT, f"({link})", 1)
    return text
