"""Notices from templates: one markdown source, made into text, HTML and whatever a channel shows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from services.notifier.rendering import markdown
from services.notifier.rendering.charts import in_words
from services.notifier.rendering.content import Content, Day, DiaryDate
from services.notifier.rendering.email_layout import EmailLayout
from services.notifier.rendering.plain_text import FOOT, plain
from services.notifier.rendering.staff_text import StaffText
from shared.clock import LONDON
from shared.wording import words_of

LINK_HOSTS = ("gov.uk", "gov.example", "authority.example")
"""Hosts to which links in staff's texts lead, with all hosts below them."""
SUBJECT, CALENDAR = "Subject: ", "Calendar: dates"
FOOTER = "Sent to {team} by One to Many. Never answer with anything that tells who a customer is: use references."


class Templates:
    """The files `<code>.md` of a folder: `Subject: ` and a line, `Calendar: dates` where the campaign's dates go along,
    and markdown. Every value that goes in shows as it is; only `| markdown` lets staff's own mark-up through. `site` is
    the address of the pages for people, if they have one.
    """

    def __init__(self, folder: Path, link_hosts: Sequence[str] = LINK_HOSTS, site: str | None = None) -> None:
        self.codes = frozenset(file.stem for file in folder.glob("*.md"))
        self._look = EmailLayout()
        self.folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        staff = StaffText(link_hosts)
        self._environment.filters["markdown"] = lambda text: Markup(staff.markdown(text))  # noqa: S704 - markdown
        self._environment.filters["notice"] = lambda text: Markup(text)  # noqa: S704 - was written by a template
        self._environment.filters["words"] = words_of
        functions = {"day": day, "number": number, "moment": moment, "name_of": str, "brief": partial(brief, site)}
        self._environment.globals |= functions

    def render(self, template: str, facts: Mapping[str, Any]) -> Content:
        """Returns the content of a notice. Raises jinja2's own error for a field that `facts` does not have."""
        head, _, source = self._environment.get_template(f"{template}.md").render(facts).strip().partition("\n")
        dates = source.startswith(CALENDAR)
        body = source.removeprefix(CALENDAR).strip() + "\n"
        urgent = facts.get("urgency") == "urgent"
        subject = _line(head.removeprefix(SUBJECT))
        return self.compose(subject, body, facts["team"].name, urgent, _chart(facts), facts["dates"] if dates else ())

    def compose(
        self,
        subject: str,
        body: str,
        team: str,
        urgent: bool = False,
        chart: tuple[Day, ...] = (),
        dates: tuple[DiaryDate, ...] = (),
    ) -> Content:
        """Returns content from markdown. The chart is shown where the markdown has its picture, if there is one."""
        blocks = [block for block in markdown.blocks(body) if chart or block != markdown.Picture()]
        footer = FOOTER.format(team=team)
        return Content(
            subject=subject,
            markdown=body,
            text=f"{plain(blocks)}\n{FOOT}{footer}\n",
            html=self._look.html(subject, blocks, footer, urgent, in_words(chart)),
            chart=chart if markdown.Picture() in blocks else (),
            dates=dates,
        )

    def syntax(self, template: str) -> nodes.Template:
        """Returns the template as jinja2 parsed it, with the lines of the file."""
        return self._environment.parse((self.folder / f"{template}.md").read_text())


def day(on: date) -> str:
    """Returns a date such as Monday 7 September 2026."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def moment(instant: datetime) -> str:
    """Returns a time such as 11:45 on Tuesday 15 September 2026, by the clocks in London."""
    here = instant.astimezone(LONDON)
    return f"{here:%H:%M} on {day(here.date())}"


def number(count: int) -> str:
    """Returns a number such as 25,000."""
    return f"{count:,}"


def brief(site: str | None, campaign: str, gate: str, version: int) -> Markup:
    """Returns the address of a gate's brief, for one version of the plan; nothing where the pages have no address."""
    address = f"{site}/waiting/{campaign}/{gate}/version/{version}" if site else ""
    return Markup(address)  # noqa: S704 - a setting, codes and a number


def _shown(value: object) -> object:
    """Returns a value as jinja2 puts it in: markdown that shows it as it is."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises
    return value if isinstance(value, Markup) else Markup(markdown.escaped(str(value)))  # noqa: S704 - just escaped


def _line(source: str) -> str:
    """Returns one line without mark-up; text that was escaped as markdown is as it was."""
    runs = tuple(run for block in markdown.blocks(source) for run in getattr(block, "runs", ()))
    return " ".join(markdown.words(runs).split())


def _chart(facts: Mapping[str, Any]) -> tuple[Day, ...]:
    """Returns the campaign's forecast, if there is one, with the contacts of each day where the facts have them."""
    actual: Mapping[date, int] = facts.get("actual", {})
    return tuple(
        Day(on=each.on, low=each.low, central=each.central, high=each.high, actual=actual.get(each.on))
        for each in getattr(facts.get("campaign"), "expected_contacts", ())
    )
