"""Communications by GOV.UK Notify, which the stand-in answers for."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.channels.channel import Deferred
from tests.dispatcher.given.sending import Sending
from tests.support.inside import Inside
from tests.support.notify import API_KEY, TEMPLATES, NotifyStandIn


def settings(stand_in: NotifyStandIn, **further: Any) -> dict[str, Any]:
    templates: dict[str, Any] = {"letter_template": TEMPLATES["letter"], "email_template": TEMPLATES["email"],
                 "text_template": TEMPLATES["sms"]}  # fmt: skip
    return {"notify": {"api_key": API_KEY, "base_url": stand_in.url} | templates | further}


async def sending(
    dispatcher: Inside, folder: Path, stand_in: NotifyStandIn, kind: str = "email", people: Any = None, **further: Any
) -> Sending:
    return await Sending(dispatcher, folder, kind, people, **settings(stand_in, **further)).recorded()


def once(stand_in: NotifyStandIn, references: list[str]) -> bool:
    return Counter(n["reference"] for n in stand_in.notifications) == Counter(references)


async def until_when(by_notify: Sending) -> tuple[timedelta, str]:
    """Sends; returns after how long there is more to do, and why."""
    with pytest.raises(Deferred) as deferred:
        await by_notify.send()
    return deferred.value.until - by_notify.clock.now(), deferred.value.message
