"""The channels that the settings set up."""

from collections.abc import Mapping

from services.notifier.channels.addresses import Addresses
from services.notifier.channels.email import EmailChannel
from services.notifier.channels.govuk_notify import NotifyChannel
from services.notifier.channels.outgoing import Channel
from services.notifier.channels.slack import SlackChannel
from services.notifier.channels.teams import TeamsChannel
from services.notifier.channels.web import WebSender
from services.notifier.channels.webhook import WebhookChannel
from services.notifier.rulebook.endpoints import Endpoints
from services.notifier.settings import Settings
from shared.clock import Clock


def build_channels(settings: Settings, endpoints: Endpoints, clock: Clock) -> Mapping[str, Channel]:
    """Returns the channels by the code that notices name them by."""
    web = WebSender(Addresses(settings.webhook_allowed_networks), settings.webhook_ca_file)
    channels: dict[str, Channel] = {
        "email": EmailChannel(settings.mail_server, settings.mail_from),
        "webhook": WebhookChannel(endpoints, web, clock),
        "slack": SlackChannel(endpoints, web),
        "teams": TeamsChannel(endpoints, web),
    }
    if settings.notify_api_key and settings.notify_template:
        key = settings.notify_api_key.get_secret_value()
        channels["notify"] = NotifyChannel(key, settings.notify_template, settings.notify_url)
    return channels
