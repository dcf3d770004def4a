"""Things that are kept under versions are read again only when they have another one."""

from collections.abc import Collection, Mapping

from shared.storage.versions import MOST_REMEMBERED, Versioned


class Shelf:
    """Things that are kept, and the names that were asked for."""

    def __init__(self, **kept: str) -> None:
        self.kept = kept
        self.asked: list[list[str]] = []

    async def read(self, names: Collection[str]) -> Mapping[str, str]:
        self.asked.append(sorted(names))
        return {name: self.kept[name] for name in names if name in self.kept}


async def test_a_thing_is_read_anew_when_its_version_is_another_one_and_only_then() -> None:
    shelf = Shelf(one="1", two="2")
    remembered = Versioned(shelf.read)
    both = [("two", 1), ("one", 1)]
    assert list((await remembered.of(both)).items()) == [("two", "2"), ("one", "1")]
    await remembered.of(both)
    assert shelf.asked == [["one", "two"]]
    shelf.kept["one"] = "1 again"
    assert await remembered.of([("one", 2), ("two", 1), ("three", 1)]) == {"one": "1 again", "two": "2"}
    assert shelf.asked[1:] == [["one", "three"]]


async def test_what_may_have_changed_uncounted_is_read_again_once_it_is_old() -> None:
    shelf = Shelf(one="1")
    remembered = Versioned(shelf.read, oldest_seconds=0)
    await remembered.of([("one", 1)])
    shelf.kept["one"] = "1 again"
    assert await remembered.of([("one", 1)]) == {"one": "1 again"}


async def test_what_was_asked_for_last_is_remembered() -> None:
    shelf = Shelf(**{f"n{number}": "" for number in range(MOST_REMEMBERED + 1)})
    remembered = Versioned(shelf.read)
    for name in (*shelf.kept, f"n{MOST_REMEMBERED}", "n0"):
        await remembered.of([(name, 1)])
    assert len(shelf.asked) == MOST_REMEMBERED + 2
    assert shelf.asked[-1] == ["n0"]
