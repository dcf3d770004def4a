"""Notices from templates: markdown that reads well as text, and the same as HTML."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt

from services.notifier.content import Content

SUBJECT = "Subject: "


class Templates:
    """The files `<code>.md` of a folder; the first line of each gives the subject."""

    def __init__(self, folder: Path) -> None:
        self.codes = frozenset(file.stem for file in folder.glob("*.md"))
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def render(self, template: str, facts: Mapping[str, object]) -> Content:
        """Raises jinja2's own error for a field that `facts` does not have."""
        subject, _, body = self._environment.get_template(f"{template}.md").render(facts).partition("\n")
        text = body.strip() + "\n"
        return Content(subject=subject.removeprefix(SUBJECT).strip(), text=text, html=self._markdown.render(text))
