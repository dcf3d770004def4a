"""Events about the sessions of people at the pages."""

from typing import ClassVar

from shared.contracts.base import Contract
from shared.values import Instant, Sha256


class SessionsEnded(Contract):
    """The sessions of `who` that began until then are over, in all browsers. `who` stands for a person's account or for
    one sign-in at the provider; only the services of the site can tell for which. Any service says it, and all hear it.
    """

    event_type: ClassVar[str] = "sessions.ended.v1"
    urgent: ClassVar[bool] = True
    who: Sha256
    until: Instant

    @property
    def subject(self) -> str:
        return self.who
