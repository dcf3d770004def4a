"""The spool on disk can be read only by the request that it belongs to, and is gone with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from cryptography.exceptions import InvalidTag

from shared.errors import Unavailable
from shared.web.bodies.spool import AT_ONCE, PIECE, Spool, SpoolRoom

WITHIN = 30.0
SECRET = b"Gwenllian Ap Rhys"


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
async def test_what_was_put_in_comes_out_and_stands_nowhere_in_the_file(length: int) -> None:
    data = (SECRET * (length // len(SECRET) + 1))[:length]
    with TemporaryFile() as file:
        spool = Spool(file)
        await spool.fill(pieces(data, 1_000), WITHIN)
        assert b"".join([piece async for piece in spool.chunks()]) == data
        file.seek(0)
        assert SECRET not in file.read()


async def test_a_file_that_somebody_changed_meanwhile_is_not_believed() -> None:
    with TemporaryFile() as file:
        spool = Spool(file)
        await spool.fill(pieces(SECRET, 100), WITHIN)
        file.seek(3)
        was = file.read(1)[0]
        file.seek(3)
        file.write(bytes([was ^ 1]))
        with pytest.raises(InvalidTag):
            [piece async for piece in spool.chunks()]


def test_there_is_a_limit_to_how_many_wait_and_none_leaves_anything(tmp_path: Path) -> None:
    room = SpoolRoom(tmp_path / "spool")
    for _ in range(2):
        held = [room.spool() for _ in range(AT_ONCE)]
        for each in held:
            each.__enter__()
        with pytest.raises(Unavailable), room.spool():
            pass
        for each in held:
            each.__exit__(None, None, None)
    assert list((tmp_path / "spool").iterdir()) == []
