"""The mail sink as a part of a stack."""

import sys

from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched


class MailSink(Supervised):
    """An SMTP server on `port` that keeps each message as an `.eml` file in the home's `mail` folder."""

    def __init__(self, home: Home, watch: Watch = unwatched, hung_after: float = HUNG_AFTER_SECONDS) -> None:
        home.prepare()
        self.port = Ports(home.ports).get("mail")
        self.folder = home.mail
        super().__init__(self._describe(hung_after), home.logs, watch)

    def _describe(self, hung_after: float) -> Program:
        return Program(
            name="mail",
            description="a mail sink",
            command=[
                *(sys.executable, "-m", "deploy.local.stack.mail"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--folder", str(self.folder)),
            ],
            port=self.port,
            health=f"smtp://127.0.0.1:{self.port}",
            hung_after=hung_after,
            grace=0.5,
        )
