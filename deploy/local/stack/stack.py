"""The whole stack in one folder."""

from collections.abc import Mapping, Sequence

from deploy.local.errors import StartError
from deploy.local.processes.component import Component, together
from deploy.local.processes.logs import errors_in
from deploy.local.processes.rotation import LogRotation
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.leftovers import sweep
from deploy.local.stack.lock import Lock
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.requirements import expect_room
from deploy.local.stack.roster import Roster
from deploy.local.stack.services import Services
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.site import OneSite, nginx
from deploy.local.stack.state import Phase, ProcessState, StackState, Watch, unwatched


class Stack(Component):
    """Broker, store, mail sink and services. The process that starts it is its supervisor, until it stops or dies.

    Only one at a time has the folder (AlreadyRunningError). Its state is in `stack.json`, for `otm status`.
    """

    infrastructure: Infrastructure
    mail: MailSink
    services: Services
    site: OneSite | None

    def __init__(
        self,
        home: Home | None = None,
        settings: LocalSettings | None = None,
        *,
        replicas: int = 1,
        commands: Mapping[str, Sequence[str]] | None = None,
        environment: Mapping[str, Mapping[str, str]] | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self.settings = settings or LocalSettings()
        self.home = home or Home(self.settings.home)
        self._replicas, self._environment = replicas, environment
        self._commands = self.settings.commands | dict(commands or {})
        self._watch = watch
        self._lock = Lock(self.home.lock)
        self._roster = Roster(self.home.state)
        self._components: list[Component] = []

    async def _start(self) -> None:
        self.home.prepare()
        self._lock.acquire()
        before = StackState.read(self.home.state)
        self._roster.begin()
        try:
            await sweep(before)
            expect_room(self.home, self.settings, self._replicas)
            await self._start_components()
        except Exception as error:
            if isinstance(error, StartError) and error.name not in ("broker", "store"):
                log = self.home.logs / "broker.log"
                error.beside(log, errors_in(log, lines=5))
            self._roster.fail(str(error))
            raise
        self._roster.move(Phase.READY)

    async def _start_components(self) -> None:
        self.infrastructure = Infrastructure(self.home, self.settings, self._notice)
        self.mail = MailSink(self.home, self._notice, self.settings.hung_after)
        rotation = LogRotation(self.home.logs, self.settings.log_bytes)
        self._components += [rotation, self.infrastructure, self.mail]
        await rotation.start()
        await together(self.infrastructure.start(), self.mail.start())
        program = nginx() if self.settings.one_site == "nginx" else None
        self.site = OneSite(self.home, program, self._notice) if program else None
        self.services = self._make_services()
        self._roster.locate(self.urls())
        self._components.append(self.services)
        await self.services.start()
        if self.site is not None:
            self.site.lead_to(self.services.urls())
            self._components.append(self.site)
            await self.site.start()

    async def stop(self) -> None:
        """Services first, then what they stand on. Within 15 s, whatever they do."""
        if not self._lock.held:
            return
        self._roster.move(Phase.STOPPING)
        while self._components:
            await self._components.pop().stop()
        self._roster.end()
        self._lock.release()

    def urls(self) -> dict[str, str]:
        """Returns all addresses: `amqp`, `management`, `mongo`, `smtp`, each replica by its name, and the `site`."""
        ground = {
            "amqp": self.infrastructure.amqp_url,
            "management": self.infrastructure.management_url,
            "mongo": self.infrastructure.mongo_url,
            "smtp": f"smtp://127.0.0.1:{self.mail.port}",
        }
        site = {"site": self.site.url} if self.site else {}
        return {name: url for name, url in ground.items() if url} | self.services.urls() | site

    def _make_services(self) -> Services:
        wiring = Wiring(
            amqp_url=self.infrastructure.amqp_url,
            mongo_url=self.infrastructure.mongo_url,
            smtp_port=self.mail.port,
            site=self.site.url if self.site else None,
            management_url=self.infrastructure.management_url,
        )
        return Services(
            self.home,
            wiring,
            replicas=self._replicas,
            commands=self._commands,
            environment=self._environment,
            hung_after=self.settings.hung_after,
            watch=self._notice,
        )

    def _notice(self, process: ProcessState) -> None:
        self._roster.note(process)
        self._watch(process)
