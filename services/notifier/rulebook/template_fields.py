"""Fields that a template uses and will never be given, found by reading every branch of it."""

import types
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Union, get_args, get_origin

from jinja2 import nodes
from pydantic import AwareDatetime, BaseModel

from services.notifier.rulebook.template_facts import Types

_LOOP = {"loop": Any}
_BUILT_IN = {"range": Any, "dict": Any, "namespace": Any, "true": Any, "false": Any, "none": Any}
_UNKNOWN = Any


def unknown_fields(template: nodes.Template, facts: Types) -> list[tuple[int, str]]:
    """Returns the line and the name of each field that `facts` do not have, in order."""
    return sorted(set(_FieldReader().statements(template.body, {**_BUILT_IN, **facts})))


class _FieldReader:
    def statements(self, body: list[Any], scope: dict[str, Any]) -> Iterator[tuple[int, str]]:
        for node in body:
            yield from self.read(node, scope)

    def read(self, node: nodes.Node, scope: dict[str, Any]) -> Iterator[tuple[int, str]]:
        match node:
            case nodes.For():
                yield from self._for(node, scope)
            case nodes.Assign(target=nodes.Name(name=name)):
                yield from self.read(node.node, scope)
                scope[name] = _type(node.node, scope)
            case nodes.Macro():
                scope[node.name] = _UNKNOWN
                yield from self.statements(node.body, {**scope, **{each.name: _UNKNOWN for each in node.args}})
            case nodes.Name(ctx="load") if node.name not in scope:
                yield node.lineno, node.name
            case _:
                if isinstance(node, nodes.Getattr) and _field(_type(node.node, scope), node.attr) is None:
                    yield node.lineno, _spelt(node)
                for child in node.iter_child_nodes():
                    yield from self.read(child, scope)

    def _for(self, node: nodes.For, scope: dict[str, Any]) -> Iterator[tuple[int, str]]:
        yield from self.read(node.iter, scope)
        inner = {**scope, **_LOOP, **_bound(node.target, _element(_type(node.iter, scope)))}
        if node.test is not None:
            yield from self.read(node.test, inner)
        yield from self.statements(node.body, inner)
        yield from self.statements(node.else_, scope)


def _type(node: nodes.Node, scope: Mapping[str, Any]) -> Any:
    """Returns the type of an expression, as far as reading it tells; `Any` where it does not."""
    match node:
        case nodes.Name():
            return scope.get(node.name, _UNKNOWN)
        case nodes.Getattr():
            return _field(_type(node.node, scope), node.attr) or _UNKNOWN
        case nodes.Getitem():
            return _element(_type(node.node, scope))
        case nodes.Filter(name="selectattr" | "rejectattr" | "sort" | "list" | "reverse") if node.node is not None:
            return _type(node.node, scope)
        case nodes.Filter(name="first" | "last") if node.node is not None:
            return _element(_type(node.node, scope))
        case _:
            return _UNKNOWN


def _field(owner: Any, name: str) -> Any:
    """Returns the type of a field; None when there is none of that name."""
    owner = _without_none(owner)
    if owner is Any or not isinstance(owner, type):
        return _UNKNOWN
    if issubclass(owner, BaseModel) and name in owner.model_fields:
        return owner.model_fields[name].annotation
    return _UNKNOWN if hasattr(owner, name) else None


def _element(collection: Any) -> Any:
    collection = _without_none(collection)
    arguments = [argument for argument in get_args(collection) if argument is not Ellipsis]
    if get_origin(collection) is tuple and len(arguments) == 1:
        return arguments[0]
    return _UNKNOWN


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [a for a in get_args(annotation) if a is not type(None)]
        return _without_none(rest[0]) if len(rest) == 1 else _UNKNOWN
    if hasattr(annotation, "__metadata__"):
        return _without_none(get_args(annotation)[0])
    return datetime if annotation is AwareDatetime else annotation


def _bound(target: nodes.Node, element: Any) -> dict[str, Any]:
    if isinstance(target, nodes.Name):
        return {target.name: element}
    return {name.name: _UNKNOWN for name in target.find_all(nodes.Name)}


def _spelt(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_spelt(node.node)}.{node.attr}"
        case _:
            return "…"
