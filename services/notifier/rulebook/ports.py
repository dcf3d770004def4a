"""Port of the rulebook: the templates that rules name."""

from typing import Protocol

from jinja2 import nodes


class TemplateSource(Protocol):
    codes: frozenset[str]

    def syntax(self, template: str) -> nodes.Template:
        """Returns its syntax tree, with the lines of the file; raises jinja2's `TemplateSyntaxError`."""
        ...
