"""The names of all queues of all services as a module, since no service may ask another for its own."""

from deploy.catalogue import consumers
from shared.messaging.topology import queues

HEAD = '''"""The names of all queues. Written from the code by `make docs`: change the message maps, not this file."""

KNOWN_QUEUES = (
'''


def known_queues() -> str:
    return HEAD + "".join(f'    "{queue.name}",\n' for queue in queues(consumers())) + ")\n"
