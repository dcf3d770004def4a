"""Parts of what a designer writes: each asks for some values, and has a page of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.planner.plan.plan import Plan
from services.planner.writing.kinds.kind import Kind
from services.planner.writing.paths import Json, value_at
from shared.wording import within_sentence


@dataclass(frozen=True, slots=True)
class Scene:
    """The circumstances that a form depends on: the plan, the directorates that have gates, and whether it adds."""

    plan: Plan
    directorates: Sequence[str] = ()
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that a form asks for. `name` is its path in what the form is about; `together` is the path of an object
    that may be left out as a whole: with anything in it, it needs each of its values. `heading` begins a section.
    """

    name: str
    label: str
    kind: Kind
    hint: str = ""
    optional: bool = False
    together: str = ""
    heading: str = ""

    @property
    def key(self) -> str:
        """The name of the field in the form."""
        return self.name.replace(".", "-")

    @property
    def what(self) -> str:
        return within_sentence(self.label)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of things of one kind: its path, words for one of them (`a group`), and the name of each. `holds` says
    which of the list they are; `adds` whether the page adds and removes them, with what is `always` so.
    """

    path: str
    one: str
    named: Callable[[Json], str]
    holds: Callable[[Json], bool] = lambda _: True
    adds: bool = True
    always: Mapping[str, Any] = field(default_factory=dict)


def as_it_is(whole: Json) -> dict[str, Any]:
    return dict(whole)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the plan or of the lines to take. `owns` are the paths of what it writes (`*` for any place in a list),
    by which open points are its own; `rules` are further rules that it answers for. It waits for the part `after`.
    `opened` and `closed` lay out what the form is about, and put it back.
    """

    code: str
    name: str
    asks: Callable[[Scene], Sequence[Asked]]
    owns: tuple[str, ...]
    document: Literal["plan", "words"] = "plan"
    hint: str = ""
    needed: bool = True
    after: str = ""
    items: Items | None = None
    rules: tuple[str, ...] = ()
    opened: Callable[[Json], dict[str, Any]] = as_it_is
    closed: Callable[[Json], dict[str, Any]] = as_it_is
    field_of: Callable[[str], str] = lambda path: path
    """Turns the path of a problem into that of the value that was asked for."""

    def listed(self, whole: Json) -> list[tuple[int, Json]]:
        """Returns the items that are of this part, each with its place in the whole list."""
        if self.items is None:
            return []
        return [(at, item) for at, item in enumerate(value_at(whole, self.items.path) or []) if self.items.holds(item)]


def always(*asked: Asked) -> Callable[[Scene], Sequence[Asked]]:
    """Returns what asks for the same everywhere."""
    return lambda _: asked
