"""Settings from outside, by `OTM_…` variables. All of them are optional."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.processes.program import HUNG_AFTER_SECONDS
from shared.running.settings import SECRETS


class LocalSettings(BaseSettings):
    """The place of the stack, and the sources of its broker and store."""

    model_config = SettingsConfigDict(env_prefix="OTM_", extra="ignore", secrets_dir=SECRETS or None)

    home: Path = Path(".otm")

    keyring_file: Path | None = None
    """The keyring, where it is not `keyring.json` in the stack's folder: to migrate, where there is no stack here."""

    amqp_url: str | None = None
    """A broker that runs already, with its virtual host. Used as it is, neither started nor stopped."""
    management_url: str | None = None
    """The given broker's management API, `http://user:password@host:port`: alarms, limits, making virtual hosts."""
    mongo_url: str | None = None
    """A replica set that runs already. Used as it is."""

    broker: Literal["url", "node", "docker", "install"] | None = None
    """Insist on one way to a broker rather than take the first that applies."""
    store: Literal["url", "mongod", "secantus"] | None = None
    """Insist on one way to a store."""
    rabbitmq_image: str = "rabbitmq:management"

    one_site: Literal["nginx", "none"] = "nginx"
    """Whether the pages of all services are at one address, where nginx is installed."""

    hung_after: float = Field(HUNG_AFTER_SECONDS, gt=0)
    """Seconds without an answer after which a process of the stack is killed and started again. Set it high where
    services are stopped in a debugger."""
    log_bytes: int = Field(20 * 1024 * 1024, ge=1024)
    """Size from which a log is set aside as `….log.1`, in place of the one set aside before."""

    commands: dict[str, list[str]] = {}
    """Commands to run in place of a service, by its name: under a debugger, say. As JSON in the environment."""
