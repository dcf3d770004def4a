"""The configured channels: each guarded, within its limits, and backed off when it fails."""

from datetime import UTC
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import Field

from services.dispatcher.channels.back_off import BackingOff
from services.dispatcher.channels.channel import Channel, GuardedChannel
from services.dispatcher.channels.limits import Allowance, Counters, Limited, Limits
from services.dispatcher.channels.printing.folder import PrintChannel
from services.dispatcher.channels.printing.sftp import SftpPrintChannel, SftpSettings
from services.dispatcher.channels.providers.doubts import DoubtCounts
from services.dispatcher.channels.providers.email import Smtp, SmtpSettings
from services.dispatcher.channels.providers.notify import Kind, Notify, NotifySettings
from services.dispatcher.channels.providers.one_by_one import OneByOne
from services.dispatcher.channels.providers.third_party import ThirdParty, ThirdPartySettings
from shared.clock import Clock
from shared.values import Value


class ChannelSettings(Value):
    """`print` goes to `folder`, or to the letter issuer's server if `sftp` is set. `letter`, `email` and `text` go by
    GOV.UK Notify where it has a template for them; else `email` goes by `smtp`.
    """

    folder: Path
    print_limits: Allowance = Allowance()
    sftp: SftpSettings | None = None
    notify: NotifySettings | None = None
    smtp: SmtpSettings | None = None
    third_party: ThirdPartySettings | None = Field(default=None)


def configured_channels(
    settings: ChannelSettings, counters: Counters, clock: Clock, registry: CollectorRegistry | None = None
) -> dict[str, GuardedChannel]:
    """Returns the channels by the codes that plans use: print, letter, email, text, third-party."""
    printing = SftpPrintChannel(settings.sftp) if settings.sftp else PrintChannel(settings.folder)
    counts = DoubtCounts(registry)
    found: dict[str, Channel] = {
        "print": Limited(printing, Limits("print", settings.print_limits, counters, clock)),
    }
    if settings.smtp:
        limits = Limits("email", settings.smtp.limits, counters, clock)
        found["email"] = OneByOne(Smtp(settings.smtp), limits, clock, counts)
    if settings.notify:
        found |= _by_notify(settings.notify, counters, clock, counts)
    if settings.third_party:
        limits = Limits("third-party", settings.third_party.limits, counters, clock)
        found["third-party"] = Limited(ThirdParty(settings.third_party, clock), limits)
    return {code: GuardedChannel(BackingOff(channel, code, clock)) for code, channel in found.items()}


def _by_notify(settings: NotifySettings, counters: Counters, clock: Clock, counts: DoubtCounts) -> dict[str, Channel]:
    kinds: tuple[tuple[Kind, str | None, Allowance], ...] = (
        ("letter", settings.letter_template, settings.letter),
        ("email", settings.email_template, settings.email),
        ("text", settings.text_template, settings.text),
    )
    return {
        kind: OneByOne(
            Notify(settings, kind, template, clock), Limits(kind, allowance, counters, clock, UTC), clock, counts
        )
        for kind, template, allowance in kinds
        if template
    }
