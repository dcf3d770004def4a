"""Layout of a notice in an e-mail: simple HTML that screen readers and old mail programs understand."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifier.rendering.markdown import Block

CHART_CID = "forecast@one-to-many"
BUTTON = "<!-- acknowledge -->"
"""Where the link goes by which a notice is acknowledged. No value can bring it: they are escaped."""


class EmailLayout:
    def __init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "looks"),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._email = environment.get_template("email.html")
        self._button = environment.get_template("button.html")

    def html(self, subject: str, blocks: Sequence[Block], footer: str, urgent: bool, chart_says: str) -> str:
        """Returns a whole document. The chart is asked for by `CHART_CID`."""
        named = [(type(block).__name__, block) for block in blocks]
        return self._email.render(
            subject=subject,
            blocks=named,
            footer=footer,
            urgent=urgent,
            chart=CHART_CID,
            chart_says=chart_says,
            button=BUTTON,
        )

    def button(self, link: str) -> str:
        return self._button.render(link=link)
