"""A part as it was typed: what is wrong with it, each with its field, and the document that it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.planner.plan.aspects import digest
from services.planner.writing.part import Asked, Items, Part
from services.planner.writing.paths import Json, value_at, with_value
from shared.errors import Conflict, Problem

NEW = ""
"""The mark of something that is added."""


class ChangedMeanwhile(Conflict):
    """The part is not as the person saw it."""


def values_of(asks: Sequence[Asked], opened: Json) -> dict[str, Any]:
    """Returns the kept values of a part, or of one of its items."""
    return {asked.name: value_at(opened, asked.name) for asked in asks}


def mark_of(asks: Sequence[Asked], opened: Json) -> str:
    """Returns what tells one state of a part from another."""
    return digest(values_of(asks, opened))


def typed_of(asks: Sequence[Asked], opened: Json) -> dict[str, str]:
    """Returns the kept values as they are typed, by the key of their field."""
    kept = values_of(asks, opened)
    return {each.key: "" if (value := kept[each.name]) is None else each.kind.typed(value) for each in asks}


def facts_of(asks: Sequence[Asked], opened: Json) -> dict[str, str]:
    """Returns the kept values in words, by their label; without those of which nothing is kept."""
    kept = values_of(asks, opened)
    return {each.label: each.kind.said(kept[each.name]) for each in asks if kept[each.name] not in (None, "", [])}


@dataclass(frozen=True, slots=True)
class TypedPart:
    """The texts typed for a part, by the key of each field."""

    part: Part
    asks: Sequence[Asked]
    texts: Mapping[str, str]

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        """Returns what is kept, by name, and all that is wrong."""
        kept, problems = dict[str, Any](), list[Problem]()
        for asked in self.asks:
            text = self.texts.get(asked.key, "")
            try:
                kept[asked.name] = asked.kind.read(text, asked.what) if text else self._nothing(asked)
            except ValueError as error:
                problems.append(Problem(asked.key, "typed", str(error)))
        return kept, problems

    def made(self, whole: Json, kept: Mapping[str, Any], mark: str, at: int | None) -> dict[str, Any]:
        """Returns the document with what was typed; the same form twice changes nothing. `mark` is of what the person
        saw, `at` the place of the item among all. Raises `ChangedMeanwhile`.
        """
        if self.part.items is None:
            opened = self.part.opened(whole)
            if self._is(opened, kept):
                return dict(whole)
            if mark_of(self.asks, opened) != mark:
                raise ChangedMeanwhile("somebody changed this part")
            return self.part.closed(self._filled(opened, kept))
        return self._with_item(self.part.items, whole, kept, mark, at)

    def _with_item(
        self, items: Items, whole: Json, kept: Mapping[str, Any], mark: str, at: int | None
    ) -> dict[str, Any]:
        found = list(value_at(whole, items.path) or [])
        same = [place for place, item in self.part.listed(whole) if self._is(self.part.opened(item), kept)]
        if mark == NEW:
            if same:
                return dict(whole)
            added = self.part.closed(self._filled(self.part.opened(items.always), kept))
            return with_value(whole, items.path, [*found, added])
        place = self._place(whole, mark, at)
        if place is None and at in same:
            return dict(whole)
        if place is None:
            raise ChangedMeanwhile("somebody changed it or removed it")
        found[place] = self.part.closed(self._filled(self.part.opened(found[place]), kept))
        return with_value(whole, items.path, found)

    def without(self, whole: Json, mark: str, at: int | None) -> dict[str, Any]:
        """Returns the document without the item that the person saw; as it is where there is none such any more."""
        place = self._place(whole, mark, at)
        if self.part.items is None or place is None:
            return dict(whole)
        items = value_at(whole, self.part.items.path)
        return with_value(whole, self.part.items.path, [*items[:place], *items[place + 1 :]])

    def _nothing(self, asked: Asked) -> Any:
        """Returns what is kept where nothing was typed. Raises `ValueError` where something has to be."""
        begun = any(self.texts.get(each.key) for each in self.asks if each.name.startswith(f"{asked.together}."))
        if asked.optional or (asked.together and not begun):
            return asked.kind.nothing
        raise ValueError(f"{asked.kind.verb} {asked.what}")

    def _is(self, opened: Json, kept: Mapping[str, Any]) -> bool:
        filled = self._filled(opened, kept)
        return values_of(self.asks, filled) == values_of(self.asks, opened)

    def _filled(self, opened: Json, kept: Mapping[str, Any]) -> dict[str, Any]:
        filled = dict(opened)
        for asked in self.asks:
            filled = with_value(filled, asked.name, kept[asked.name])
        groups = {asked.together for asked in self.asks if asked.together}
        for group in sorted(groups, key=len, reverse=True):
            within = [each for each in self.asks if each.name.startswith(f"{group}.")]
            if not any(self.texts.get(each.key) for each in within):
                filled = with_value(filled, group, None)
        return filled

    def _place(self, whole: Json, mark: str, at: int | None) -> int | None:
        """Returns where the item is that the person saw: at its place, or elsewhere by now."""
        same = [place for place, item in self.part.listed(whole) if mark_of(self.asks, self.part.opened(item)) == mark]
        return at if at in same else next(iter(same), None)
