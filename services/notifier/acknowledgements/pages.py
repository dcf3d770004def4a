"""The pages behind a link to acknowledge: plain, readable on a phone and by a screen reader, without a script."""

from html import escape

from services.notifier.acknowledgements.acknowledgement import NOT_ASKED
from services.notifier.notices.ask import Ask, Closed
from services.notifier.notices.notice import Notice
from shared.clock import LONDON

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "label,input,button{display:block;font:inherit;margin:.5rem 0}input{padding:.4rem;border:2px solid #0b0c0c}"
    "button{padding:.6rem 1.2rem;background:#00703c;color:#fff;border:0}:focus{outline:3px solid #fd0}"
)


def question(notice: Notice) -> str:
    """Returns the page that asks for confirmation."""
    return _page(
        "Acknowledge this notice",
        f"<p>{escape(notice.content.subject)}</p>"
        "<p>By acknowledging you say that your team knows what the notice tells.</p>"
        '<form method="post"><label for="by">Your staff code</label>'
        '<input id="by" name="by" required maxlength="60" pattern="[A-Za-z0-9]+(-[A-Za-z0-9]+)*" autocomplete="off">'
        "<button>We know</button></form>",
    )


def acknowledged(ask: Ask) -> str:
    """Returns the page that says who acknowledged, and when."""
    if ask.answer is None:
        return refused("nobody has acknowledged this yet")
    at = ask.answer.at.astimezone(LONDON)
    return _page(
        "Acknowledged",
        f"<p>{escape(ask.subject)}</p><p>Acknowledged by {escape(ask.answer.by)} on {at:%A} {at.day} {at:%B %Y, %H:%M}."
        "</p><p>You can close this page.</p>",
    )


def closed(why: Closed) -> str:
    """Returns the page of an ask that needs no answer any more."""
    if why is Closed.KNOWN:
        return _page("Acknowledged", "<p>Your team has acknowledged this already. You can close this page.</p>")
    return refused(NOT_ASKED[why])


def overtaken() -> str:
    return refused("This was changed since: acknowledge the notice that came after it")


def refused(why: str) -> str:
    return _page("Not acknowledged", f"<p>{escape(why[:1].upper() + why[1:])}.</p>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - One to Many</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
