"""A broker that somebody else runs."""

from contextlib import suppress
from urllib.parse import urlsplit

import aio_pika

from deploy.local.broker.broker import with_vhost
from deploy.local.broker.capacity import expect_room
from deploy.local.broker.handshake import closing_words
from deploy.local.broker.management import Management
from deploy.local.errors import StackError, StartError
from deploy.local.processes.component import Component
from deploy.local.stack.state import Watch, given, unwatched

CONNECT_SECONDS = 5.0


class GivenBroker(Component):
    """Used as it is: neither started nor stopped. Its URL names the virtual host too."""

    def __init__(self, amqp_url: str, management_url: str | None = None, watch: Watch = unwatched) -> None:
        self.amqp_url = amqp_url
        self.management_url = management_url
        self._watch = watch

    async def _start(self) -> None:
        try:
            await (await aio_pika.connect(self.amqp_url, timeout=CONNECT_SECONDS)).close()
        except TimeoutError:
            raise _unusable(f"no answer within {CONNECT_SECONDS:g} s") from None
        except (OSError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
            raise _unusable(await _words(error, self.amqp_url)) from None
        remark = await expect_room(self.amqp_url, self.management_url)
        address = urlsplit(self.amqp_url)
        scheme = "amqp" if address.scheme == "amqp" else "tcp"
        state = given("broker", "OTM_AMQP_URL", scheme, address.hostname or "localhost", address.port or 5672)
        self._watch(state.model_copy(update={"detail": f"{state.detail}; {remark}"}) if remark else state)

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


def _unusable(reason: str) -> StartError:
    remedy = "put OTM_AMQP_URL right (amqp://user:password@host:port/virtual-host), or unset it for a private node"
    return StartError("broker", f"given by OTM_AMQP_URL cannot be used: {reason}: {remedy}")


async def _words(error: Exception, amqp_url: str) -> str:
    """Returns the broker's own words, or those of the network."""
    if isinstance(error, aio_pika.exceptions.ProtocolSyntaxError):
        with suppress(OSError):
            return await closing_words(amqp_url) or str(error)
    return str(error).strip() or type(error).__name__
