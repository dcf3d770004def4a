"""A broker that somebody else runs."""

from urllib.parse import urlsplit

import aio_pika

from deploy.local.broker.broker import with_vhost
from deploy.local.broker.management import Management
from deploy.local.errors import StackError, StartError
from deploy.local.processes.component import Component
from deploy.local.stack.state import Watch, given, unwatched


class GivenBroker(Component):
    """Used as it is: neither started nor stopped. Its URL names the virtual host too."""

    def __init__(self, amqp_url: str, management_url: str | None = None, watch: Watch = unwatched) -> None:
        self.amqp_url = amqp_url
        self.management_url = management_url
        self._watch = watch

    async def _start(self) -> None:
        try:
            await (await aio_pika.connect(self.amqp_url, timeout=5)).close()
        except (OSError, aio_pika.exceptions.AMQPError) as error:
            raise StartError("broker", f"given by OTM_AMQP_URL cannot be used: {error}") from None
        address = urlsplit(self.amqp_url)
        self._watch(given("broker", "OTM_AMQP_URL", address.hostname or "localhost", address.port or 5672))

    async def stop(self) -> None:
        """It is not ours to stop."""

    async def create_vhost(self, name: str) -> str:
        async with self._management() as management:
            await management.create_vhost(name)
        return with_vhost(self.amqp_url, name)

    async def delete_vhost(self, name: str) -> None:
        async with self._management() as management:
            await management.delete_vhost(name)

    def _management(self) -> Management:
        if self.management_url is None:
            raise StackError("Set OTM_MANAGEMENT_URL too: virtual hosts are made through the management API")
        return Management(self.management_url)
