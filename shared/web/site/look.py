"""The look of pages: templates in the layout that all services share, escaped by construction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from shared.clock import LONDON
from shared.errors import Problem
from shared.identifiers import new_id
from shared.running.settings import SiteSettings
from shared.web.dependencies import part
from shared.web.site.assets import Assets
from shared.web.site.cookies import Cookies
from shared.web.site.letter import letter
from shared.web.site.markdown import markdown
from shared.web.site.navigation import Place, places_for
from shared.web.site.picture import picture
from shared.web.site.policy import page_headers
from shared.web.site.session import Sessions
from shared.web.site.visitors import Visit
from shared.web.site.words import Translate, Words
from shared.wording import age, field_words, title_of, words_of

C = TypeVar("C", bound=str)
TEMPLATES = Path(__file__).parent / "templates"
WARN_SECONDS = 120
WELSH_MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
    "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip


class Look:
    """Fills templates. `folders` are those of a service, by the prefix of their templates' names."""

    def __init__(
        self,
        settings: SiteSettings,
        service: str,
        folders: Mapping[str, Path],
        sessions: Sessions,
        cookies: Cookies,
        provider_origin: str = "",
    ) -> None:
        self.settings = settings
        self.assets = Assets(settings)
        self._service = service
        self._sessions = sessions
        self._cookies = cookies
        self._headers = page_headers(provider_origin)
        self._words = Words([TEMPLATES, *folders.values()])
        self._templates = _environment(tuple(folders.items()))

    def page(self, template: str, visit: Visit, status: int = 200, **values: Any) -> HTMLResponse:
        """Returns a page for somebody who is signed in, and keeps their session going."""
        shown = {"visit": visit, "places": self.places(visit), "csrf": visit.csrf, "page_path": visit.path}
        response = self.public(template, visit.session.language, status, **shown, **values)
        self._cookies.set(response, "session", self._sessions.sealed(visit.session))
        return response

    def public(self, template: str, language: str = "en", status: int = 200, **values: Any) -> HTMLResponse:
        """Returns a page for anybody, signed in or not."""
        context = {
            "_": self._words.into(language),
            "language": language,
            "status": status,
            "organisation": self.settings.organisation,
            "asset": self.assets.url,
            "has_logo": self.assets.has_logo,
            "idle_seconds": self._sessions.idle_seconds,
            "warn_seconds": min(WARN_SECONDS, self._sessions.idle_seconds // 2),
            "new_key": new_id,
            **values,
        }
        return HTMLResponse(self._templates.get_template(template).render(context), status, self._headers)

    def part(self, template: str, visit: Visit, **values: Any) -> str:
        """Returns a part of a page, for one that follows what it shows."""
        context = {"_": self._words.into(visit.session.language), "language": visit.session.language, **values}
        return self._templates.get_template(template).render(context, visit=visit, csrf=visit.csrf)

    def words(self, visit: Visit) -> Translate:
        """Returns what translates a phrase for a person."""
        return self._words.into(visit.session.language)

    def places(self, visit: Visit) -> list[Place]:
        """Returns the navigation of a person: of the one site, or of this service alone where it is by itself."""
        everywhere = self.settings.address is not None
        return [place for place in places_for(visit.person) if everywhere or place.service == self._service]


TheLook = Annotated[Look, Depends(part(Look))]


@cache
def _environment(folders: tuple[tuple[str, Path], ...]) -> Environment:
    """Returns the templates of these folders: one for all services of a process, since to compile them takes long."""
    loaders = {name: FileSystemLoader(folder) for name, folder in folders}
    loader = PrefixLoader(
        {
            "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
            "site": FileSystemLoader(TEMPLATES),
            **loaders,
        }
    )
    made = Environment(
        loader=loader, autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"markdown": markdown, "day": _day, "time": time_of_day, "moment": _moment, "number": number}
    made.filters |= {
        "age": age,
        "letter": letter,
        "picture": picture,
        "words": words_of,
        "title_of": title_of,
        "field": field_words,
    }
    return made


def day(value: date, language: str = "en") -> str:
    """Returns a day as it is written out: 5 September 2026, or 5 Medi 2026."""
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    month = WELSH_MONTHS[local.month - 1] if language == "cy" else f"{local:%B}"
    return f"{local.day} {month} {local.year}"


def time_of_day(value: datetime) -> str:
    return f"{value.astimezone(LONDON):%H:%M}"


def moment(value: datetime, language: str = "en") -> str:
    return f"{day(value, language)}, {time_of_day(value)}"


@pass_context
def _day(context: Context, value: date) -> str:
    return day(value, context.get("language", "en"))


@pass_context
def _moment(context: Context, value: datetime) -> str:
    return moment(value, context.get("language", "en"))


def number(value: float) -> str:
    """Returns a number with its thousands apart."""
    return f"{value:,.0f}"


def error_list(problems: Sequence[Problem], translate: Translate) -> list[dict[str, str]]:
    """Returns the entries of an error summary: each links to its field, if it has one, and says what to do."""
    said = [(problem.field, translate(problem.message)) for problem in problems]
    return [{"href": f"#{field}", "text": message} if field else {"text": message} for field, message in said]


def in_english(phrase: str, **values: object) -> str:
    """Translates nothing, for pages that there are in English alone."""
    return phrase.format(**values) if values else phrase


def radio_items(
    labels: Mapping[C, str], translate: Translate, numbered: bool = False, focus: bool = False
) -> list[dict[str, Any]]:
    """Returns the items of a group of radios; `numbered` by the digits that choose them, `focus`: on the first."""
    return [
        {
            "value": value,
            "text": f"{place} {translate(label)}" if numbered else translate(label),
            "attributes": {"autofocus": ""} if focus and place == 1 else {},
        }
        for place, (value, label) in enumerate(labels.items(), start=1)
    ]
