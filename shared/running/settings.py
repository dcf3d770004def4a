"""Settings every service takes from its environment, all with the prefix `OTM_`. Read once, in `build_app`.

A secret may also be a file in the folder `OTM_SECRETS_DIR`, with the setting's name: `/run/secrets/otm_amqp_url`.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.network.guarded import expect_guarded_broker, expect_guarded_store
from shared.network.loopback import is_loopback
from shared.rendering.colours import LEAST_CONTRAST, contrast_with_white
from shared.working_days import BankHoliday

SECRETS = [folder for folder in (os.environ.get("OTM_SECRETS_DIR", "/run/secrets"),) if Path(folder).is_dir()]
"""Folders with a file for each secret setting."""


class BusSettings(BaseSettings):
    """How a service uses the broker. `retry_delays`: seconds before each retry; times in seconds. `publishers` are the
    broker's users whose events are carried out, such as `["planner", "dispatcher", "intake", "notifier"]`, beside what
    other teams may say; without any, the broker's permissions are all that keeps others from saying something.
    `declares` is what a service makes on the broker: all that it relies on, or its own queues alone where `otm topology
    apply` makes what all services share. `local_stack` lets connections leave this machine without TLS and passwords.
    """

    model_config = SettingsConfigDict(
        env_prefix="OTM_",
        env_nested_delimiter="__",
        frozen=True,
        secrets_dir=SECRETS or None,
        hide_input_in_errors=True,
    )

    amqp_url: SecretStr = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    retry_delays: tuple[float, ...] = (1, 10, 60, 600)
    publishers: tuple[str, ...] = ()
    declares: Literal["all", "own"] = "all"
    local_stack: bool = False
    prefetch: int = Field(50, ge=1)
    handler_seconds: float = 60
    graceful_seconds: float = 5

    @model_validator(mode="after")
    def _guarded_broker(self) -> Self:
        """Raises `ValueError` for a broker on another machine without TLS or under a default password."""
        if not self.local_stack:
            expect_guarded_broker(self.amqp_url.get_secret_value())
        return self

    @property
    def user(self) -> str | None:
        """The broker's user that messages are published as, where somebody looks at it."""
        user = urlsplit(self.amqp_url.get_secret_value()).username
        return unquote(user) if user and self.publishers else None


def _private(url: str) -> str:
    """Keys that came over an open line could be anybody's."""
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ValueError("https, unless it is this machine")
    return url


PrivateUrl = Annotated[str, AfterValidator(_private)]


class OAuthSettings(BaseModel, frozen=True):
    """The issuer whose tokens are accepted, and the audience they must name: `OTM_OAUTH__ISSUER` and so on."""

    issuer: str
    audience: str
    jwks_url: PrivateUrl


class OidcSettings(BaseModel, frozen=True):
    """The provider that people sign in with: `OTM_SITE__OIDC__ISSUER` and so on. `subject_claim` holds a staff code,
    `roles_claim` a list of roles (with dots for claims within claims), `team_claim` the code of a team, if any.
    """

    issuer: PrivateUrl
    client_id: str
    client_secret: SecretStr | None = None
    scope: str = "openid"
    subject_claim: str = "sub"
    roles_claim: str = "roles"
    team_claim: str = "team"


class SiteSettings(BaseModel, frozen=True):
    """The pages for people: `OTM_SITE__ORGANISATION` and so on. `address` is where people find them, such as
    `https://campaigns.example`; without it each service is its own site. `colour` is `#` and six hex digits, dark
    enough for white text; `logo_file` an SVG. A session ends `idle_minutes` after the last request, and after
    `longest_hours` whatever happens. `roles_file` maps roles to scopes. `personas` lets anybody sign in as any role:
    for a stack on one machine alone.
    """

    organisation: str = Field("One to Many", min_length=1, max_length=60)
    colour: str = Field("#1d3d5c", pattern="^#[0-9a-fA-F]{6}$")
    logo_file: Path | None = None
    address: str | None = Field(None, pattern=r"^https?://[a-z0-9.\[\]:-]+$")
    idle_minutes: float = Field(20, ge=1, le=240)
    longest_hours: float = Field(12, gt=0, le=24)
    roles_file: Path = Path(__file__).parents[1] / "web" / "site" / "roles.yaml"
    oidc: OidcSettings | None = None
    personas: bool = False

    @field_validator("colour")
    @classmethod
    def _dark(cls, colour: str) -> str:
        """White text on it needs the contrast of WCAG 2.2 AA."""
        if contrast_with_white(colour) < LEAST_CONTRAST:
            raise ValueError(f"white text cannot be read on {colour}: give a darker colour")
        return colour


class ServiceSettings(BusSettings):
    """`keyring_file` and `access_file` hold what must not stand in an environment.

    `bank_holidays` are changes to the bank holidays that the library knows, the same for every service.
    `trusted_proxies` are addresses or networks whose `X-Forwarded-For` is believed, such as `["10.0.0.0/8"]`; nobody's
    without. `http_connections` is how many one process holds open at a time. `rate_per_second` and `rate_burst` are
    what a caller may ask of one process, unless its key says otherwise. `retention_file` says how long each type of
    record is kept; every `retention_every` seconds those that were kept for long enough are deleted.
    """

    bank_holidays: tuple[BankHoliday, ...] = ()
    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/")
    mongo_database: str
    http_host: str = "127.0.0.1"
    http_port: int = Field(8000, ge=0, le=65535)
    http_connections: int = Field(2_000, ge=1)
    trusted_proxies: tuple[str, ...] = ()
    keyring_file: Path
    access_file: Path
    oauth: OAuthSettings | None = None
    site: SiteSettings = SiteSettings()
    retention_file: Path | None = None
    retention_every: float = Field(3_600, gt=0)
    rate_per_second: float = Field(200, gt=0)
    rate_burst: int = Field(1_000, ge=1)
    clock_file: Path | None = None
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _guarded_store(self) -> Self:
        """Raises `ValueError` for a store on another machine that is open, or reached without TLS."""
        if not self.local_stack:
            expect_guarded_store(self.mongo_url.get_secret_value())
        return self

    @model_validator(mode="after")
    def _personas_stay_here(self) -> Self:
        """Raises `ValueError` for a sign-in without a proof of identity that others than this machine could reach."""
        here = [self.http_host, *self.trusted_proxies, *filter(None, [self.site.address])]
        if self.site.personas and (self.site.oidc or not all(map(is_loopback, here))):
            raise ValueError("personas are for a stack on one machine: loopback addresses alone, and no OIDC provider")
        return self
