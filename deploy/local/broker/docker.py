"""A RabbitMQ broker in a Docker container."""

import asyncio
import shutil
from functools import partial

from deploy.local.broker.own import GRACE, OwnBroker
from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.state import Watch, unwatched

AMQP, MANAGEMENT = 5672, 15672

# A container outlives its client when that is killed, and would stand in the way of the next.
RUN_ANEW = 'docker rm --force "$0" >/dev/null 2>&1; exec docker run --rm --name "$0" "$@"'


class DockerBroker(OwnBroker):
    """`docker run` in the foreground, as a child like any other. The container goes when it stops.

    Its data stays, in a Docker volume of the container's name; `docker volume rm` removes that.
    """

    def __init__(
        self, home: Home, image: str, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS
    ) -> None:
        super().__init__(home)
        self.container = f"otm-{home.tag}"
        self._image, self._hung_after = image, hung_after
        self._client = Supervised(self._program(), home.logs, watch)

    async def _serve(self) -> None:
        await self._client.start()

    async def stop(self) -> None:
        await self._client.stop()
        await remove_container(self.container)

    def _program(self) -> Program:
        return Program(
            name="broker",
            description=f"{self._image} in Docker",
            command=self._command(),
            port=self.port,
            health=self.health(AMQP),
            alive=partial(self.alive, AMQP),
            container=self.container,
            patience=300,  # the image may have to be fetched first
            hung_after=self._hung_after,
            grace=GRACE,
        )

    def _command(self) -> list[str]:
        return [
            *("sh", "-c", RUN_ANEW, self.container),
            *("--hostname", "otm"),  # part of the node's name, under which its data is kept
            *("--volume", f"{self.container}:/var/lib/rabbitmq"),
            *("--publish", f"127.0.0.1:{self.port}:{AMQP}"),
            *("--publish", f"127.0.0.1:{self.management_port}:{MANAGEMENT}"),
            self._image,
        ]


async def remove_container(name: str) -> None:
    """Stops and removes the container, if it is there. Its volume stays."""
    await _docker("rm", "--force", name)


async def has_volume(name: str) -> bool:
    """Tells whether there is a volume of that name; False where there is no Docker engine either."""
    return shutil.which("docker") is not None and await _docker("volume", "inspect", name) == 0


async def remove_volume(name: str) -> None:
    await _docker("volume", "rm", "--force", name)


async def _docker(*arguments: str) -> int:
    quiet = asyncio.subprocess.DEVNULL
    command = await asyncio.create_subprocess_exec("docker", *arguments, stdout=quiet, stderr=quiet)
    return await command.wait()
