"""A finding about one part of a stack."""

from pydantic import BaseModel, computed_field


class Finding(BaseModel, frozen=True):
    """The state of `part` in words. `remedy` says what to do, and is empty where all is well."""

    part: str
    words: str
    remedy: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def well(self) -> bool:
        return not self.remedy


def many(names: list[str], most: int = 5) -> str:
    """Returns the first of them, and how many there are beside."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
