"""The interface that every way to a broker offers."""

from typing import Protocol
from urllib.parse import quote, urlsplit

VHOST = "otm"
"""The virtual host of a stack's own services."""


class Broker(Protocol):
    """A RabbitMQ broker. `amqp_url` leads to the virtual host of the stack's own services."""

    @property
    def amqp_url(self) -> str: ...

    @property
    def management_url(self) -> str | None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def create_vhost(self, name: str) -> str:
        """Makes a virtual host, if it is not there yet, and returns the URL that leads to it."""
        ...

    async def delete_vhost(self, name: str) -> None:
        """Removes a virtual host with all that is in it."""
        ...


def with_vhost(amqp_url: str, vhost: str) -> str:
    """The same broker, another virtual host."""
    return urlsplit(amqp_url)._replace(path="/" + quote(vhost, safe="")).geturl()
