"""The event catalogue as markdown."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.catalogue import hearers, sayers
from deploy.docs import consumer_example, consumers
from deploy.docs.attributes import header_table
from shared.contracts import CONTRACTS, Contract

HEAD = """# Events

Written from the code by `make docs`: change the contracts in `shared/contracts/` and the texts in `deploy/docs/`, not
this file.

Every event travels on the durable topic exchange `otm.events` with its type as routing key, as CloudEvents 1.0 in AMQP
binary mode: the attributes are headers, the body is JSON of at most 1,000,000 bytes, `content-type` is
`application/json`, `message-id` is the event's id and `delivery-mode` is 2. The same is in
[`asyncapi/`](asyncapi/) for machines.

{headers}

## Listening from another service

`otm consumers add my-team --hear 'campaign.*' --hear wave.started.v1` makes a user of the broker that may read just
these events and nothing else, and the queue `my-team.events`; it prints `OTM_AMQP_URL`. Then, with aio-pika:

```python
{aio_pika}```

with pika:

```python
{pika}```

or with FastStream:

```python
{faststream}```

Each acknowledges an event once it is dealt with. One that fails comes back, a hundred times, and is then dropped: keep
aside yourself what you cannot deal with. The queue holds a million events while you are away, and then drops the
oldest. `otm events tail` follows the bus, `otm events describe TYPE` says what an event means, and `otm events validate
FILE` holds a message of yours against its contract. `otm consumers add my-team --say delivery.reported.v1 …` lets you
say what other teams may say.

### With a queue of your own making

Declare a durable queue of your own, in the virtual host of the stack (`otm` where `otm up` started it), and bind it to
`otm.events` under the types you want; `campaign.*.v1` and `#` work too. A user that may read `otm.events`, and
configure, read and write queues that begin with your team's name, is enough.

```python
{example}```

- **Declare nothing of ours.** The exchanges `otm.events` and `otm.unrouted` and all queues that begin with the name of
  a service are made by the services, and made anew within seconds where they vanish. One declared with other arguments
  (`otm.events` has `alternate-exchange: otm.unrouted`) is refused with 406, and made first it keeps the stack from
  starting. Look the exchange up passively, or only bind to it.
- **Bound your queue** (`x-max-length` with `x-overflow: drop-head`) if you may be away for long. A full queue with
  `reject-publish` makes the broker refuse the event: our outbox sets it aside, says it again for as long as it takes,
  and everybody else hears it again each time, at most once a minute.
- **Duplicates**: an event may arrive more than once, with the same `cloudEvents:id` and the same content. Keep the ids
  that you have dealt with, or make dealing with one twice harmless.
- **Order** is not promised. Events of one service mostly arrive as they were said; retries and outages change that, and
  so do `campaign.paused` and `campaign.stopped`, which overtake what waits in the outbox. What must be put in order
  carries a `version`: keep the highest, and ignore what is lower.
- **Late consumers** hear what is said after their binding was made, and nothing before: the broker keeps no history.
  Read the present state over HTTP first (`GET /v1/campaigns` at planner, and so on), bind before you read, and let the
  ids and versions sort out what you get twice. The same goes for a queue that was deleted: what was in it is gone.
- **New fields** may come at any time within a version, and are optional. Ignore those that you do not know.
- **A new version** is a type of its own with its own routing key (`campaign.approved.v2`), said beside the old one for
  as long as anybody is bound to that: bind the new one, then unbind the old. Ids differ, so do not count both.
- **An event that nobody hears** is kept in the queue `otm.unrouted`.

## All events
"""


def events() -> str:
    """The whole document."""
    index = "\n".join(
        f"| [`{c.event_type}`](#{_anchor(c)}) | {_who(sayers(c))} | {_who(hearers(c))} |" for c in CONTRACTS
    )
    table = f"| event | said by | heard by |\n| --- | --- | --- |\n{index}\n"
    head = HEAD.format(headers="\n".join(header_table()), example=_example(), **_examples())
    return "\n".join([head, table, *(section(contract) for contract in CONTRACTS)])


def section(contract: type[Contract]) -> str:
    """Returns an event as markdown: its heading, what it means, and its fields."""
    schema = contract.model_json_schema()
    lines = [f"## {contract.event_type}", "", inspect.getdoc(contract) or "", "", *_fields(schema, schema)]
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            lines += ["", f"`{name}`: {_described(part)}", "", *_fields(part, schema)]
    return "\n".join(lines) + "\n"


def _fields(part: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    yield "| field | type | needed |"
    yield "| --- | --- | --- |"
    for name, field in part["properties"].items():
        needed = "yes" if name in part.get("required", ()) else f"no, `{field.get('default')}`"
        yield f"| `{name}` | {_type(field, schema)} | {needed} |"


def _type(field: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        values = schema["$defs"][name].get("enum")
        return " or ".join(f"`{value}`" for value in values) if values else f"`{name}`"
    if "anyOf" in field:
        return " or ".join(_type(option, schema) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], schema)}"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    return str(field.get("format") or field.get("type")) + _limits(field)


def _limits(field: dict[str, Any]) -> str:
    limits = {
        "pattern": "matching `{}`",
        "minimum": "from {}",
        "maximum": "to {}",
        "maxLength": "of at most {} characters",
    }
    said = [text.format(str(field[name]).replace("|", "\\|")) for name, text in limits.items() if name in field]
    return f" {' '.join(said)}" if said else ""


def _described(part: dict[str, Any]) -> str:
    """The whole description, as one paragraph."""
    return " ".join(str(part.get("description", "")).split())


def _example() -> str:
    return Path(consumer_example.__file__).read_text()


def _examples() -> dict[str, str]:
    """Returns the consumers of a few lines, by the library that each uses."""
    folder = Path(consumers.__file__).parent
    return {path.stem.removeprefix("with_"): path.read_text() for path in sorted(folder.glob("with_*.py"))}


def _anchor(contract: type[Contract]) -> str:
    return contract.event_type.replace(".", "")


def _who(services: list[str]) -> str:
    return ", ".join(services) or "nobody"
