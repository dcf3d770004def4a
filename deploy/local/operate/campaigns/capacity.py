"""Capacities of teams, asked of planner and told to it with the key of a caller of the running stack."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.local.client import Client, RefusedError, endpoint
from deploy.local.errors import StackError
from deploy.local.operate.document import document

NOT_FOUND = 404


def capacities(caller: str, team: str | None = None, *, versions: bool = False) -> list[dict[str, Any]]:
    """Returns what is kept: of every team, of one, or every version of one."""
    with Client(endpoint("planner", caller)) as planner:
        if team is None:
            found: list[dict[str, Any]] = planner.get("/v1/capacity")
            return found
        if versions:
            of_team: list[dict[str, Any]] = planner.get(f"/v1/capacity/{team}/versions")
            return of_team
        return [planner.get(f"/v1/capacity/{team}")]


def change(caller: str, team: str, words: Sequence[str], reason: str) -> dict[str, Any]:
    """Changes what `words` name, such as `contacts=400` or `2026-12-24=100`, of a team's capacity; everything else
    stays as it is. Returns the version that is kept now."""
    with Client(endpoint("planner", caller)) as planner:
        try:
            present = planner.get(f"/v1/capacity/{team}")
        except RefusedError as refused:
            if refused.status != NOT_FOUND:
                raise
            present = None
        before = present["capacity"] if present else {"team": team}
        headers = {"If-Match": f'"{present["version"]}"'} if present else {}
        body = {"capacity": changed(before, words), "reason": reason}
        kept: dict[str, Any] = planner.send("PUT", f"/v1/capacity/{team}", body=body, headers=headers).json()
        return kept


def changed(before: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Returns a capacity with what `words` name. A number stays a word where it is none, for planner to refuse."""
    fields = dict(before)
    days = {each["on"]: each["contacts"] for each in before.get("exceptions", ())}
    for word in words:
        name, given, value = word.partition("=")
        if not given:
            raise StackError(f"{word}: write it as contacts=400, opens=08:00 or 2026-12-24=100")
        known = int(value) if value.isdecimal() else value
        if name[:1].isdigit():
            days[name] = known
        else:
            fields[name.replace("-", "_")] = known
    return fields | {"exceptions": [{"on": on, "contacts": days[on]} for on in sorted(days)]}


def load(caller: str, file: Path) -> list[dict[str, Any]]:
    """Sets the capacities of a reviewed file, all or none. Raises `StackError` for a file that is none."""
    given = document(file)
    if not isinstance(given, dict):
        raise StackError(f"{file} has no fields: docs/examples/capacity.yaml is a whole file")
    with Client(endpoint("planner", caller)) as planner:
        kept: list[dict[str, Any]] = planner.send("PUT", "/v1/capacity", body=given).json()
        return kept
