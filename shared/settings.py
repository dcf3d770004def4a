"""Settings every service takes from its environment, all with the prefix `OTM_`. Read once, in `build_app`."""

from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.working_days import BankHoliday


class BusSettings(BaseSettings):
    """How a service uses the broker. `retry_delays`: seconds before each retry; times in seconds. `publishers` are the
    broker's users whose events are carried out, such as `["one-to-many"]`, beside what other teams may say; without
    any, the broker's permissions are all that keeps others from saying something.
    """

    model_config = SettingsConfigDict(env_prefix="OTM_", env_nested_delimiter="__", frozen=True)

    amqp_url: SecretStr = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    retry_delays: tuple[float, ...] = (1, 10, 60, 600)
    publishers: tuple[str, ...] = ()
    prefetch: int = Field(50, ge=1)
    handler_seconds: float = 60
    graceful_seconds: float = 5

    @property
    def user(self) -> str | None:
        """The broker's user that messages are published as, where somebody looks at it."""
        user = urlsplit(self.amqp_url.get_secret_value()).username
        return unquote(user) if user and self.publishers else None


class OAuthSettings(BaseModel, frozen=True):
    """The issuer whose tokens are accepted, and the audience they must name: `OTM_OAUTH__ISSUER` and so on."""

    issuer: str
    audience: str
    jwks_url: str

    @field_validator("jwks_url")
    @classmethod
    def _private(cls, url: str) -> str:
        """Keys that came over an open line could be anybody's."""
        if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise ValueError("https, unless it is this machine")
        return url


class ServiceSettings(BusSettings):
    """`keyring_file` and `access_file` hold what must not stand in an environment.

    `bank_holidays` are changes to the bank holidays that the library knows, the same for every service.
    `trusted_proxies` are addresses or networks whose `X-Forwarded-For` is believed, such as `["10.0.0.0/8"]`; nobody's
    without. `http_connections` is how many one process holds open at a time. `rate_per_second` and `rate_burst` are
    what a caller may ask of one process, unless its key says otherwise.
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
    rate_per_second: float = Field(200, gt=0)
    rate_burst: int = Field(1_000, ge=1)
    clock_file: Path | None = None
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
