"""Notifier's settings, beside those of every service."""

from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.notifier.channels.email import VERIFIED, Encryption, MailServer
from services.notifier.rendering.templates import LINK_HOSTS
from shared.network.guarded import expect_guarded_broker, expect_guarded_mail, expect_guarded_url
from shared.running.settings import BusSettings, ServiceSettings

SHIPPED = Path(__file__).parent / "rulebook" / "files"


class Settings(ServiceSettings):
    """Settings of notifier. `public_url` is where people reach notifier: links in notices begin with it.
    `endpoints_file` holds the URLs and secrets of webhooks and chat channels. Addresses that are not public are refused
    to them, except in `webhook_allowed_networks`. `send_seconds` is how long one attempt may take.
    `operations_amqp_url` is the broker under the user `operations`, for the page of operations; else the own one.
    `operations_management_url` is RabbitMQ's management API under that user, `https://user:password@host:port`: without
    it the page does not know how old the oldest message of a queue is, nor how fast they come.
    `link_hosts` are the hosts to which links in lines to take and scripts may lead.
    """

    model_config = SettingsConfigDict(hide_input_in_errors=True)  # an error must not show the password

    mongo_database: str = "otm_notifier"
    retention_file: Path = Path(__file__).with_name("retention.yaml")
    operations_amqp_url: SecretStr | None = None
    operations_management_url: SecretStr | None = None
    directory_file: Path = SHIPPED / "directory.yaml"
    rules_file: Path = SHIPPED / "rules.yaml"
    public_url: str = "http://127.0.0.1:8000"
    send_seconds: float = Field(20, gt=0, le=120)

    link_hosts: tuple[str, ...] = LINK_HOSTS

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_encryption: Encryption = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = None
    mail_from: str = "one-to-many@authority.example"

    endpoints_file: Path | None = None
    webhook_allowed_networks: tuple[str, ...] = ()
    webhook_ca_file: Path | None = None

    notify_api_key: SecretStr | None = None
    notify_template: str | None = None
    notify_url: str = "https://api.notifications.service.gov.uk"

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> "Settings":
        if self.smtp_password is not None and self.smtp_encryption not in VERIFIED:
            raise ValueError("a password for the mail server needs OTM_SMTP_ENCRYPTION to be starttls or tls")
        return self

    @model_validator(mode="after")
    def _guarded_operations(self) -> "Settings":
        """Raises `ValueError` as for the service's own address of the broker."""
        if self.operations_amqp_url is not None and not self.local_stack:
            expect_guarded_broker(self.operations_amqp_url.get_secret_value())
        if self.operations_management_url is not None and not self.local_stack:
            expect_guarded_url("OTM_OPERATIONS_MANAGEMENT_URL", self.operations_management_url.get_secret_value())
        return self

    @model_validator(mode="after")
    def _guarded_far_ends(self) -> "Settings":
        """Raises `ValueError` for GOV.UK Notify or a mail server that notices would reach without verified TLS."""
        if not self.local_stack:
            expect_guarded_url("OTM_NOTIFY_URL", self.notify_url)
            verified = self.smtp_encryption in VERIFIED
            expect_guarded_mail("OTM_SMTP_ENCRYPTION", self.smtp_host, verified, "starttls or tls")
        return self

    @property
    def for_operations(self) -> BusSettings:
        """The broker as operators use it."""
        return self.model_copy(update={"amqp_url": self.operations_amqp_url or self.amqp_url})

    @property
    def mail_server(self) -> MailServer:
        return MailServer(
            host=self.smtp_host,
            port=self.smtp_port,
            encryption=self.smtp_encryption,
            user=self.smtp_user,
            password=self.smtp_password,
            ca_file=self.smtp_ca_file,
        )
