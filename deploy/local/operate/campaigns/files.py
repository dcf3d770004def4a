"""A campaign as files: those that `otm campaign create`, `answer` and `write-lines` take, and their schemas."""

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

import yaml

from deploy.local.operate.campaigns.campaign import Desk

Kind = Literal["plan", "answers", "lines"]


class _WrittenOut(yaml.SafeDumper):
    """Writes a part that comes twice out both times: readers take no references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(document: Any) -> str:
    return yaml.dump(document, Dumper=_WrittenOut, sort_keys=False, allow_unicode=True, width=100)


def as_file(name: str, document: Any) -> str:
    """Returns the text of an exported file. Editors complete and check those that commands take by the schema beside
    them.
    """
    if name.endswith(".json"):
        return json.dumps(document, indent=2) + "\n"
    kind = name.removesuffix(".yaml")
    head = f"# yaml-language-server: $schema={kind}.schema.json\n" if kind in get_args(Kind) else ""
    return head + as_yaml(document)


def plan_of(campaign: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the plan without what is left open, as `amend` takes it."""
    return {name: value for name, value in campaign["plan"].items() if value not in (None, "", [], {})}


def exported(desk: Desk, reference: str) -> dict[str, Any]:
    """Returns everything that planner keeps of a campaign, by the name of the file that it goes to."""
    campaign = desk.read(f"/{reference}")
    words = (campaign["proposed"] or campaign["published"] or {}).get("words")
    given = {code: answer["given"] for code, answer in campaign["answers"].items()}
    taken: dict[Kind, Any] = {"plan": plan_of(campaign), "answers": given, "lines": words}
    kept = {kind: content for kind, content in taken.items() if content}
    return {
        **{f"{kind}.yaml": content for kind, content in kept.items()},
        **{f"{kind}.schema.json": schema(kind) for kind in kept},
        "campaign.yaml": campaign,
        "gates.yaml": desk.read(f"/{reference}/gates"),
        "stakeholders.yaml": desk.read(f"/{reference}/stakeholders"),
        "history.yaml": desk.read(f"/{reference}/history"),
    }


def schema(kind: Kind) -> dict[str, Any]:
    """Returns the JSON schema of such a file, for editors."""
    from pydantic import TypeAdapter

    from services.planner.assessment.answer import Given
    from services.planner.assessment.questions import QUESTIONS
    from services.planner.lines_to_take.words import Words
    from services.planner.plan.plan import Plan

    models: dict[Kind, Any] = {"plan": Plan, "answers": dict[str, Given], "lines": Words}
    found = TypeAdapter(models[kind]).json_schema()
    if kind == "answers":
        one = found["additionalProperties"]
        asked = {code: one | {"description": question.asks} for code, question in QUESTIONS.items()}
        found |= {"properties": asked, "additionalProperties": False}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
