"""The differences between a broker and the topology of the code."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from deploy.local.operate.topology.definitions import Definitions
from deploy.local.operate.topology.passwords import fits
from shared.messaging.dead_letters.frozen import REPLAYING
from shared.messaging.names import is_ours

DEFAULT_USER = "guest"
Named = Mapping[str, Any]


class Kind(StrEnum):
    MISSING = "missing"
    NOT_BOUND = "not bound"
    DIFFERENT = "not as declared"
    BOUND_BY_HAND = "bound by hand"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Drift:
    """One difference. `remedy` is empty where `otm topology apply` mends it, else what a person has to do."""

    thing: str
    difference: str
    kind: Kind
    remedy: str = ""


KEYS: Mapping[str, Callable[[Named], str]] = {
    "vhosts": lambda it: f"virtual host {it['name']}",
    "users": lambda it: f"user {it['name']}",
    "permissions": lambda it: f"rights of {it['user']}",
    "topic_permissions": lambda it: f"events of {it['user']} in {it['exchange']}",
    "parameters": lambda it: f"{it['component']} {it['name']}",
    "policies": lambda it: f"policy {it['name']}",
    "exchanges": lambda it: f"exchange {it['name']}",
    "queues": lambda it: f"queue {it['name']}",
    "bindings": lambda it: f"binding of {it['destination']} to {it['source']} by {it['routing_key'] or 'every key'}",
}
"""Names of the things in each part of the definitions."""
FIXED = ("exchanges", "queues")
"""Parts whose things cannot be changed: they are deleted and made anew, by a person who knows what is in them."""
MADE_BY_SERVICES = (*FIXED, "bindings")
"""Parts that each service makes for itself, where nobody has made them before."""


def drifts(
    wanted: Definitions,
    there: Definitions,
    depths: Mapping[str, int],
    passwords: Mapping[str, str],
    parts: Collection[str] = tuple(KEYS),
) -> list[Drift]:
    """Returns what differs in `parts`. `there` are a broker's definitions, `depths` the messages in its queues.

    A binding of what is not there itself is not named beside it: both are made together.
    """
    (vhost,) = (it["name"] for it in wanted["vhosts"])
    found: list[Drift] = []
    for part in parts:
        held = {KEYS[part](it): it for it in there.get(part, ()) if it.get("vhost", vhost) == vhost}
        for thing in wanted[part]:
            found += _differs(part, thing, held.get(KEYS[part](thing)), passwords)
    gone = {drift.thing for drift in found if drift.kind is Kind.MISSING}
    beside = {KEYS["bindings"](it) for it in wanted["bindings"] if _ends(it) & gone}
    found = [drift for drift in found if drift.thing not in beside]
    return [*found, *_too_much(wanted, there, vhost, depths)]


def _ends(binding: Named) -> set[str]:
    return {f"exchange {binding['source']}", f"queue {binding['destination']}"}


def _differs(part: str, thing: Named, held: Named | None, passwords: Mapping[str, str]) -> list[Drift]:
    name = KEYS[part](thing)
    if held is None:
        return [Drift(name, "is not there", Kind.NOT_BOUND if part == "bindings" else Kind.MISSING)]
    if part == "users":
        wrong = [] if fits(passwords[thing["name"]], held.get("password_hash", "")) else ["password"]
        wrong += [key for key in ("tags", "limits") if _plain(thing[key]) != _plain(held.get(key, thing[key]))]
    else:
        wrong = [key for key, value in thing.items() if _plain(value) != _plain(held.get(key))]
    if not wrong:
        return []
    remedy = f"empty it (move or replay its messages), delete the {name}, then apply" if part in FIXED else ""
    return [Drift(name, f"has another {' and '.join(wrong)}", Kind.DIFFERENT, remedy)]


def _plain(value: Any) -> Any:
    """Returns a value to compare: tags are a list, or a text with commas in older brokers."""
    if isinstance(value, str) and "," in value:
        return sorted(value.split(","))
    return sorted(value) if isinstance(value, list) else value


def _too_much(wanted: Definitions, there: Definitions, vhost: str, depths: Mapping[str, int]) -> Iterable[Drift]:
    """Yields queues and bindings of dropped consumers, which go on filling, and the default user."""
    queues = {queue["name"] for queue in wanted["queues"]}
    bindings = {KEYS["bindings"](binding) for binding in wanted["bindings"]}
    for queue in there.get("queues", ()):
        name = queue["name"]
        owned = name in queues or name.endswith(REPLAYING)
        if queue["vhost"] == vhost and not owned and is_ours(name):
            held = f"{depths[name]:,} messages" if name in depths else "messages not counted"
            remedy = "look at its messages, then delete it"
            yield Drift(f"queue {name}", f"nobody owns it; {held}", Kind.UNKNOWN, remedy)
    for binding in there.get("bindings", ()):
        ours = binding["vhost"] == vhost and binding["destination"] in queues and binding["source"]
        if ours and KEYS["bindings"](binding) not in bindings:
            yield Drift(KEYS["bindings"](binding), "no code asks for it", Kind.BOUND_BY_HAND, "remove it")
    if wanted["users"] and any(user["name"] == DEFAULT_USER for user in there.get("users", ())):
        difference, remedy = "the broker's default user is there", "rabbitmqctl delete_user guest"
        yield Drift(f"user {DEFAULT_USER}", difference, Kind.UNKNOWN, remedy)
