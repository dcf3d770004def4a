"""Commands whose modules are imported when they are called: `otm status` need not wait for what `otm demo` needs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


def commands_of(places: Mapping[str, str]) -> type[TyperGroup]:
    """Returns a group of commands by their names. A place is `module:name`, of a function or of a `typer.Typer`."""

    class Commands(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(places)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return _imported(cmd_name, places[cmd_name]) if cmd_name in places else None

    return Commands


def _imported(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    alone = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
        group = typer.main.get_group(alone)
        return group.commands[name]
    alone.command(name)(found)
    return typer.main.get_command(alone)
