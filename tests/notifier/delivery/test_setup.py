"""Channels as the settings set them up: all can be reached, and nothing goes in the clear."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.notifier.app import build_app
from services.notifier.delivery.setup import build_channels
from services.notifier.rulebook.endpoints import load_endpoints
from services.notifier.settings import Settings
from tests.support.clocks import StoppedClock
from tests.support.inside import Corner


def settings(folder: Path, **further: Any) -> Settings:
    return Corner.made(folder, "mongodb://127.0.0.1:1", "nothing").settings(Settings, **further)


def test_govuk_notify_is_a_channel_once_it_has_a_key_and_a_template(tmp_path: Path) -> None:
    always = {"email", "webhook", "slack", "teams"}
    for further, channels in (
        ({}, always),
        ({"notify_api_key": "key"}, always),
        ({"notify_api_key": "key", "notify_template": "template"}, always | {"notify"}),
    ):
        assert set(build_channels(settings(tmp_path, **further), load_endpoints(None), StoppedClock())) == channels


@pytest.mark.parametrize(
    ("encryption", "fine"), [("starttls", True), ("tls", True), ("if-offered", False), ("none", False)]
)
def test_a_password_for_the_mail_server_never_goes_in_the_clear(tmp_path: Path, encryption: str, fine: bool) -> None:
    chosen = {"smtp_user": "otm", "smtp_password": "very secret", "smtp_encryption": encryption}
    if fine:
        assert "very secret" not in repr(settings(tmp_path, **chosen))
        return
    with pytest.raises(ValidationError, match="OTM_SMTP_ENCRYPTION") as refused:
        settings(tmp_path, **chosen)
    assert "very secret" not in str(refused.value)


def test_a_network_that_is_none_is_found_at_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="intranet"):
        build_app(settings(tmp_path, webhook_allowed_networks=["intranet"]))
