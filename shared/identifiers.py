"""Identifiers that can be made again: the same cause always gives the same id."""

from uuid import UUID, uuid4, uuid5

NAMESPACE = UUID("6f0b7c1e-2d4a-5b8e-9c3f-0a1d2e3f4b5c")


def new_id() -> str:
    return str(uuid4())


def derived_id(cause: str, what: str, ordinal: int = 0) -> str:
    """The id of the `ordinal`-th thing of kind `what` that follows from `cause`. Said twice, it is the same thing."""
    return str(uuid5(NAMESPACE, f"{cause}|{what}|{ordinal}"))
