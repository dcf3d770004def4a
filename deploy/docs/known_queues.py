"""The names of all queues of all services as a module, since no service may ask another for its own."""

from deploy.catalogue import consumers
from shared.messaging.topology import EVENTS, queues

HEAD = '''"""The names of all queues. Written from the code by `make docs`: change the message maps, not this file."""

KNOWN_QUEUES: dict[str, str] = {
'''


def known_queues() -> str:
    """Returns the module's text: each queue with the key that binds it to the exchange of events, or none."""
    lines = [f'    "{queue.name}": "{dict(queue.bindings).get(EVENTS, "")}",\n' for queue in queues(consumers())]
    return (
        HEAD
        + "".join(lines)
        + '}\n"""The key that binds each queue to the exchange of events; empty for one that is not bound there."""\n'
    )
