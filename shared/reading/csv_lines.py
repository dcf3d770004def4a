"""Lines of CSV by themselves: their ends, and what stands between the columns."""

from collections.abc import AsyncIterator

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


async def with_line_feeds(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the bytes with LF for every line end, however they are cut."""
    held = b""
    async for chunk in chunks:
        text = held + chunk
        held = b"\r" if text.endswith(b"\r") else b""  # its LF may be still to come
        yield text.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"


def separator(header: str) -> str | None:
    """Returns what stands between the columns of a header where commas should, in words; None where they do."""
    return None if "," in header else next((words for sign, words in SEPARATORS.items() if sign in header), None)
