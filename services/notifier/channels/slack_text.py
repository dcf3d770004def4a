"""Text in Slack's mark-up, within its limits: what is long is divided before it is marked up, between whole pieces."""

from collections.abc import Iterable, Iterator

from services.notifier.rendering.markdown import Run, Runs

SECTION_CHARACTERS, HEADER_CHARACTERS = 3000, 150
"""Slack's limits on the text of a section and of a header."""
PIECE_CHARACTERS = 400
"""The longest piece before its mark-up, which at most makes it five times as long."""
TABLE_CHARACTERS = SECTION_CHARACTERS - 10
"""The room for the lines of a table between its fences."""
REST = "[…]"
"""The place where something that fits nowhere was left out."""


def escaped(text: str) -> str:
    """Returns `text` without anything that Slack takes for mark-up: no mention, no link, no bold of a value's own."""
    for sign, harmless in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, harmless)
    for sign in "*_~`":
        text = text.replace(sign, f"\u200b{sign}\u200b")
    return text


def shortened(title: str) -> str:
    """Returns a title as long as a header takes, cut between words."""
    if len(title) <= HEADER_CHARACTERS:
        return title
    cut = title[: HEADER_CHARACTERS - 2]
    return (cut.rpartition(" ")[0] or cut) + " …"


def pieces(runs: Runs) -> Iterator[str]:
    """Yields marked-up pieces of a text, each whole by itself: a link, bold words, or words."""
    for run in runs:
        for text in _divided(run.text):
            yield _marked(Run(text, run.bold, run.link))


def packed(parts: Iterable[str], start: str = "") -> Iterator[str]:
    """Yields as many parts as a section takes, one section after the other, each with `start` before it."""
    section = start
    for part in parts:
        if len(section) + len(part) > SECTION_CHARACTERS:
            yield section
            section = start
        section += part
    if section.strip() != start.strip():
        yield section


def table_parts(text: str) -> Iterator[str]:
    """Yields parts of a table of whole lines; a line that is too long for a section is cut, and says so."""
    part = ""
    for line in map(_table_line, text.split("\n")):
        if len(part) + len(line) > TABLE_CHARACTERS:
            yield part
            part = ""
        part += line + "\n"
    yield part


def _table_line(line: str) -> str:
    line = line.replace("`", "'")
    safe = _safe(line)
    if len(safe) < TABLE_CHARACTERS:
        return safe
    while len(_safe(line)) + len(REST) + 1 >= TABLE_CHARACTERS:
        line = line[: len(line) * 9 // 10]
    return f"{_safe(line)} {REST}"


def _safe(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _divided(text: str) -> Iterator[str]:
    """Yields a text in pieces of at most `PIECE_CHARACTERS`, between words where it has any."""
    while len(text) > PIECE_CHARACTERS:
        cut = text.rfind(" ", 1, PIECE_CHARACTERS) + 1 or PIECE_CHARACTERS
        yield text[:cut]
        text = text[cut:]
    yield text


def _marked(run: Run) -> str:
    text = escaped(run.text)
    if run.link:
        link = run.link.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
        whole = f"<{link}|{text}>"
        text = whole if len(whole) <= SECTION_CHARACTERS - len("****") else text
    if not run.bold or not text.strip():
        return text
    bare = text.strip()
    return text.replace(bare, f"*{bare}*", 1)
