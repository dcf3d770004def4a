"""Settings from outside, by `OTM_…` variables. All of them are optional."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class LocalSettings(BaseSettings):
    """The place of the stack, and the sources of its broker and store."""

    model_config = SettingsConfigDict(env_prefix="OTM_", extra="ignore")

    home: Path = Path(".otm")

    amqp_url: str | None = None
    """A broker that runs already, with its virtual host. Used as it is, neither started nor stopped."""
    management_url: str | None = None
    """The given broker's management API, `http://user:password@host:port`. Only needed to make virtual hosts."""
    mongo_url: str | None = None
    """A replica set that runs already. Used as it is."""

    broker: Literal["url", "node", "docker", "install"] | None = None
    """Insist on one way to a broker rather than take the first that applies."""
    store: Literal["url", "mongod", "secantus"] | None = None
    """Insist on one way to a store."""
    rabbitmq_image: str = "rabbitmq:management"

    commands: dict[str, list[str]] = {}
    """Commands to run in place of a service, by its name: under a debugger, say. As JSON in the environment."""
