"""Index keys: those that tokens of customers are made with. The services are stopped when one is added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.local.errors import StackError
from deploy.local.operate.migrations import keyring_here, pending
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import add_index_key
from deploy.local.stack.state import StackState
from deploy.schemas import SCHEMAS
from shared.storage.migrations.runner import Pending
from shared.storage.schema import LIFT, no_lifts


@dataclass(frozen=True, slots=True)
class Found:
    """By which index key a service finds its customers, and the lifts that are `left` before it does by the newest."""

    key: int
    left: Sequence[str]
    known: int

    @property
    def words(self) -> str:
        if self.key > self.known:
            return f"found by index key {self.key}, which the keyring lacks: put the newest keyring in its place"
        if self.left:
            return f"to be lifted: `otm migrate run`, with the services stopped, has {', '.join(self.left)} to do"
        return f"found by index key {self.known}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many index keys the keyring has, and how each service stands that finds customers by them."""

    keys: int
    services: Mapping[str, Found]

    @property
    def lifted(self) -> bool:
        return all(not each.left and each.key <= self.keys for each in self.services.values())


def add(home: Home) -> int:
    """Adds an index key; returns its number. Raises `StackError` while the stack runs: what its services write would
    not be found by the new key."""
    if StackState.read(home.state).running:
        raise StackError("The stack runs: `otm down` first, which keeps everything, and `otm up` afterwards")
    if not home.keyring.exists():
        raise StackError(f"There is no keyring in {home.folder}: put the one that belongs to the data there first")
    return add_index_key(home)


async def standing(url: str) -> Standing:
    """Raises `StackError` where there is no keyring."""
    keyring = keyring_here()
    if keyring is None:
        raise StackError("There is no keyring here: name its file in OTM_KEYRING_FILE")
    names = [name for name, schema in SCHEMAS.items() if schema.lifts is not no_lifts]
    looked = await pending(url, names, keyring=keyring)
    found = {name: Found(each.index, _left(each), keyring.generation) for name, each in looked.items()}
    return Standing(keyring.generation, found)


def _left(pending: Pending) -> list[str]:
    return [each.name for each in pending.data if LIFT.match(each.name) and not each.done]
