"""Sessions of people: who signed in, when, and how long that holds. The browser keeps them, sealed."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.clock import Clock
from shared.identifiers import new_id
from shared.running.settings import SiteSettings
from shared.values import Code, Identifier, Instant, Sha256, Value
from shared.web.site.sealing import Seal

Language = Literal["en", "cy"]
PURPOSE = "session"


class Session(Value):
    """A session. `subject` is a staff code; `seen` the time of the last request, to the minute or so. `ended_by` are
    digests of the person's account and, where the provider names it, of this sign-in: an end of either ends it.
    """

    id: Identifier
    subject: Code
    roles: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    team: Code | None = None
    began: Instant
    seen: Instant
    language: Language = "en"
    ended_by: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=2)]

    @property
    def account(self) -> str:
        return self.ended_by[0]


class Standing(StrEnum):
    """Whether a session holds. An idle one still says whose it was, so that nothing that they typed is lost."""

    HOLDS = "holds"
    IDLE = "idle"
    OVER = "over"


class Sessions:
    """Begins, opens and refreshes sessions, by real time."""

    def __init__(self, settings: SiteSettings, seal: Seal, clock: Clock) -> None:
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._longest = timedelta(hours=settings.longest_hours)
        self._seal = seal
        self._clock = clock

    @property
    def idle_seconds(self) -> int:
        return int(self._idle.total_seconds())

    def begin(
        self,
        subject: str,
        roles: tuple[str, ...],
        team: str | None,
        language: Language,
        account: str | None = None,
        login: str | None = None,
    ) -> Session:
        """`account` and `login` are the provider's own names of the person (without one, `subject`) and the sign-in."""
        now = self._clock.now()
        return Session(
            id=new_id(),
            subject=subject,
            roles=roles,
            team=team,
            began=now,
            seen=now,
            language=language,
            ended_by=(self.account(account or subject), *([self.login(login)] if login else [])),
        )

    def account(self, name: str) -> str:
        """Returns the digest by which all sessions of a person are ended."""
        return self._seal.token(f"account|{name}")

    def login(self, name: str) -> str:
        """Returns the digest by which the sessions of one sign-in at the provider are ended."""
        return self._seal.token(f"login|{name}")

    def open(self, cookie: str) -> tuple[Session | None, Standing]:
        """Returns the session in a cookie, if there is one, and whether it holds."""
        session = self._seal.open(cookie, Session, PURPOSE)
        if session is None:
            return None, Standing.OVER
        return session, self._standing(session, self._clock.now())

    def sealed(self, session: Session) -> str:
        return self._seal.seal(session, PURPOSE)

    def refreshed(self, session: Session) -> Session:
        return session.model_copy(update={"seen": self._clock.now()})

    def csrf(self, session: Session) -> str:
        """Returns the token that every form of this session carries."""
        return self._seal.token(f"csrf|{session.id}")

    def is_csrf(self, session: Session, given: str) -> bool:
        return self._seal.is_token(given, f"csrf|{session.id}")

    def _standing(self, session: Session, now: datetime) -> Standing:
        if now - session.began > self._longest + self._idle:
            return Standing.OVER
        if now - session.seen > self._idle or now - session.began > self._longest:
            return Standing.IDLE
        return Standing.HOLDS
