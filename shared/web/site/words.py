"""Words of the pages in Welsh, by their English ones. A phrase that nobody has translated is shown in English."""

from collections.abc import Callable, Sequence
from pathlib import Path

from shared.reading.bounded_yaml import read_yaml

Translate = Callable[..., str]


class Words:
    """The phrases of all folders of templates that have a `cy.yaml`."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._welsh: dict[str, str] = {}
        for folder in folders:
            file = folder / "cy.yaml"
            if file.exists():
                self._welsh |= read_yaml(file)

    def into(self, language: str) -> Translate:
        """Returns the function that translates a phrase and fills its places: `_("{n} contacts", n=3)`."""

        def translated(phrase: str, **values: object) -> str:
            found = self._welsh.get(phrase, phrase) if language == "cy" else phrase
            return found.format(**values) if values else found

        return translated
