"""The directory and rules files, looked at without a service."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.notifier.app import TEMPLATES
from services.notifier.messages import EVENTS
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.directory import Directory
from services.notifier.rulebook.endpoints import load_endpoints
from services.notifier.rulebook.rulebook import RulebookRefused, load_rulebook
from services.notifier.rulebook.rules import Rules
from services.notifier.rulebook.yaml_lines import read_marked
from services.notifier.settings import SHIPPED


def checked(files: Sequence[Path], endpoints: Path | None) -> tuple[list[str], str]:
    """Everything that is wrong, one line each; and what there is, where nothing is."""
    given = {_kind(file): file for file in files}
    directory, rules = (given.get(kind, SHIPPED / f"{kind}.yaml") for kind in ("directory", "rules"))
    names = load_endpoints(endpoints).names if endpoints else None
    try:
        book = load_rulebook(directory, rules, EVENTS, Templates(TEMPLATES), names)
    except RulebookRefused as refused:
        return [str(finding) for finding in refused.findings], ""
    return [], f"{len(book.teams)} teams and {len(book.rules)} rules hold together"


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON schema of the directory or of the rules."""
    model = Directory if kind == "directory" else Rules
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def _kind(file: Path) -> str:
    """By what it holds: whatever has teams is a directory."""
    data = read_marked(file).data
    return "directory" if isinstance(data, dict) and ("teams" in data or "on_call" in data) else "rules"
