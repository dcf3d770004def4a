"""Notices, for tests of what becomes of one."""

from datetime import date
from typing import Any

from services.notifier.notices.notice import Notice
from services.notifier.rendering.content import Content, Day, DiaryDate
from services.notifier.rendering.email_layout import BUTTON
from services.notifier.rendering.plain_text import FOOT
from tests.support.clocks import NOON

LINK = "https://notices.authority.example/v1/acknowledgements/key?a=1&b=2"
MARKDOWN = """\
Income from letting **property** – Ŵyl, see [the plan](https://plans.example/OTM-26-0042)

## By day

| day | expected |
|---|---:|
| Tue 08 Sep | 60 |
| Wed 09 Sep | 99 |

![Contacts expected](cid:forecast)

- one & only
- \\<script\\> and \\*stars\\*
"""


def notice(**changes: Any) -> Notice:
    content = Content(
        subject="OTM-26-0042: Incwm o osod eiddo – Ŵyl",
        markdown=MARKDOWN,
        text=f"Line one\n.\n**Ŵyl**\n{FOOT}Sent to Press Office.\n",
        html=f"<p>Ŵyl</p>\n{BUTTON}\n",
    )
    fields: dict[str, Any] = {
        "id": "c5f3e2f0-1111-5222-8333-444455556666",
        "thread": "c5f3e2f0-1111-5222-8333-444455556666",
        "campaign": "OTM-26-0042",
        "team": "press-office",
        "rule": "launch-date",
        "template": "launch-date",
        "channel": "email",
        "address": "press-office@authority.example",
        "content": content,
        "created_at": NOON,
        "due_at": NOON,
    }
    return Notice.model_validate(fields | changes)


def with_files(**changes: Any) -> Notice:
    """Returns a notice with a chart and dates."""
    days = tuple(Day(on=date(2026, 9, 7 + n), low=n, central=2 * n, high=3 * n) for n in range(3))
    dates = (DiaryDate(key="launch", campaign="OTM-26-0042", summary="It launches", on=date(2026, 9, 7), stamped=NOON),)
    plain = notice(**changes)
    return plain.model_copy(update={"content": plain.content.model_copy(update={"chart": days, "dates": dates})})
