"""Between a form of a browser and the texts of a part, by the key of each field."""

from collections.abc import Mapping, Sequence

from services.planner.writing.part import Asked
from shared.web.site.forms import Form


def texts_of(asks: Sequence[Asked], form: Form) -> dict[str, str]:
    """Returns what was typed: a day as 2026-09-10, several ticks one on each line."""
    return {asked.key: _text(asked, form) for asked in asks}


def form_of(asks: Sequence[Asked], texts: Mapping[str, str]) -> Form:
    """Returns a form that holds these texts."""
    return Form({name: values for asked in asks for name, values in _fields(asked, texts[asked.key]).items()})


def _text(asked: Asked, form: Form) -> str:
    if asked.kind.field == "day":
        return form.day(asked.key)
    return "\n".join(form.texts(asked.key)) if asked.kind.field == "ticks" else form.text(asked.key)


def _fields(asked: Asked, text: str) -> dict[str, list[str]]:
    if asked.kind.field == "day":
        year, month, day = (part.lstrip("0") for part in text.split("-")) if text else ("", "", "")
        return {f"{asked.key}-day": [day], f"{asked.key}-month": [month], f"{asked.key}-year": [year]}
    return {asked.key: text.splitlines() if asked.kind.field == "ticks" else [text]}
