"""Settings of dispatcher, from the environment, with the prefix `OTM_`."""

import tempfile
from pathlib import Path
from typing import Self

from pydantic import model_validator

from services.dispatcher.channels.limits import Allowance
from services.dispatcher.channels.printing.sftp import SftpSettings
from services.dispatcher.channels.providers.email import SmtpSettings
from services.dispatcher.channels.providers.notify import NotifySettings
from services.dispatcher.channels.providers.third_party import ThirdPartySettings
from services.dispatcher.channels.setup import ChannelSettings
from services.dispatcher.suppression.rules_file import REVIEWED
from shared.network.guarded import expect_guarded_mail, expect_guarded_url
from shared.running.settings import ServiceSettings
from shared.working_days import Division


class Settings(ServiceSettings):
    """`print_folder` takes letters where no `sftp` server does; `spool_folder` takes what a load remembers on disk.

    `divisions` are those whose bank holidays nothing is issued on; `fonts` are folders to look for DejaVu in.
    """

    mongo_database: str = "otm_dispatcher"
    retention_file: Path = Path(__file__).with_name("retention.yaml")
    handler_seconds: float = 600
    """Seconds. To allocate a million customers took 30, and a slower store must not wear out its retries."""
    print_folder: Path
    spool_folder: Path = Path(tempfile.gettempdir())
    suppression_file: Path = REVIEWED
    print_limits: Allowance = Allowance()
    sftp: SftpSettings | None = None
    notify: NotifySettings | None = None
    smtp: SmtpSettings | None = None
    third_party: ThirdPartySettings | None = None
    divisions: tuple[Division, ...] = (Division.ENGLAND_AND_WALES,)
    fonts: tuple[Path, ...] = ()

    @model_validator(mode="after")
    def _guarded_providers(self) -> Self:
        """Raises `ValueError` for a provider that customers' names and addresses would reach without TLS."""
        if self.local_stack:
            return self
        if self.notify:
            expect_guarded_url("OTM_NOTIFY__BASE_URL", self.notify.base_url)
        if self.third_party:
            expect_guarded_url("OTM_THIRD_PARTY__URL", self.third_party.url)
        if self.smtp:
            expect_guarded_mail("OTM_SMTP__START_TLS", self.smtp.host, self.smtp.start_tls)
        return self

    @property
    def channels(self) -> ChannelSettings:
        return ChannelSettings(
            folder=self.print_folder, print_limits=self.print_limits, sftp=self.sftp, notify=self.notify,
            smtp=self.smtp, third_party=self.third_party,
        )  # fmt: skip
