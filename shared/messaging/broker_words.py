"""The broker's own words about an error, for a log or a health answer, and never a password."""

from aio_pika.exceptions import ChannelClosed, ProbableAuthenticationError
from aiormq.exceptions import ConnectionNotAllowed, InvalidFrameError
from pamqp.commands import Connection

from shared.network.credentials import without_credentials

_LONGEST = 300  # characters
_ADVICE = {
    "PRECONDITION_FAILED": "something of the same name was declared with other arguments: delete it if it is empty, "
    "and it is made as docs/events.md says",
    "NOT_ALLOWED": "make the virtual host, and give the user its rights",
    "ACCESS_REFUSED": "check user and password of OTM_AMQP_URL, and the rights of that user in the virtual host",
    "NOT_FOUND": "it is declared anew within seconds",
    "RESOURCE_LOCKED": "another connection holds it alone: end that one",
    "INTERNAL_ERROR": "look at the broker's own log",
}


def broker_words(error: BaseException) -> str:
    """The text that the broker or the network gave, at most 300 characters, with credentials taken out."""
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    if closed := _reply(error):
        return without_credentials(closed)[:_LONGEST]
    # a part that is no text may be the message itself
    said = " ".join(str(part) for part in error.args if isinstance(part, str | int))
    return without_credentials(said)[:_LONGEST] or type(error).__name__


def advice(error: BaseException) -> str:
    """A sentence on what to do about it."""
    words = broker_words(error)
    found = [text for code, text in _ADVICE.items() if code in words]
    return found[0] if found else "see that the broker runs and that OTM_AMQP_URL leads to it; this is tried again"


def is_refusal(error: BaseException) -> bool:
    """Whether the broker is there and says no: another try does not help until somebody changes something."""
    return isinstance(error, ChannelClosed | ProbableAuthenticationError | ConnectionNotAllowed) or bool(_reply(error))


def _reply(error: BaseException) -> str:
    """The text by which the broker closed a connection that was being opened, as it does for a virtual host that is not
    there. aiormq raises `InvalidFrameError` without it, and leaves it in the frame where it did so."""
    trace = error.__traceback__ if isinstance(error, InvalidFrameError) else None
    while trace is not None:
        frame = trace.tb_frame.f_locals.get("frame")
        if isinstance(frame, Connection.Close):
            return str(frame.reply_text)
        trace = trace.tb_next
    return ""
