"""Lines to take and scripts keep their lists and bold, and bring no picture, heading or link of their own."""

import pytest

from services.notifier.rendering.markdown import Heading, Picture, blocks, words
from services.notifier.rendering.staff_text import StaffText

TEXT = StaffText(("gov.uk", "authority.example"))


def links(text: str) -> set[str]:
    found = blocks(TEXT.markdown(text))
    runs = [run for block in found for run in getattr(block, "runs", ())]
    runs += [run for block in found for item in getattr(block, "items", ()) for run in item.runs]
    return {run.link for run in runs if run.link}


@pytest.mark.parametrize(
    "text", ["# H1", "Title\n=====", "![chart](cid:forecast)", "## [a](https://evil.example)", "> # H", "- # H"]
)
def test_a_heading_or_a_picture_of_a_text_becomes_plain_words(text: str) -> None:
    assert not [block for block in blocks(TEXT.markdown(text)) if isinstance(block, Heading | Picture)]


@pytest.mark.parametrize(
    ("link", "live"),
    [
        ("https://www.gov.uk/a?b=1", True), ("https://gov.uk", True), ("https://AUTHORITY.example/a", True),
        ("https://evil.example", False), ("http://www.gov.uk", False), ("https://gov.uk.evil.example", False),
        ("https://evilgov.uk", False), ("https://gov.uk@evil.example", False), ("https://gov.uk:444/", False),
        ("javascript:alert(1)", False), ("//gov.uk", False), ("mailto:a@gov.uk", False),
    ],
)  # fmt: skip
def test_a_link_is_live_to_a_named_host_alone_and_its_address_is_shown_otherwise(link: str, live: bool) -> None:
    for text in (f"See [the page]({link}) now", f"- see [the page]({link})", f"**[the page]({link})**"):
        assert bool(links(text)) == live
        if not live:
            written = TEXT.markdown(text)
            assert "the page" in written
            assert "](" not in written


@pytest.mark.parametrize(
    "text", ["1. Thank them.\n2. Ask **why**.", "a\n\n- b\n    - c\n", "| a | b |\n|---|---:|\n| c | 1 |", "> said"]
)
def test_what_a_text_is_made_of_stays(text: str) -> None:
    assert blocks(TEXT.markdown(text)) == blocks(text)


def test_a_text_that_is_written_twice_is_the_same() -> None:
    once = TEXT.markdown("# A *b* [c](https://evil.example)\n\n1. d\n\n| e |\n|---|\n| f \\| g |\n")
    assert [words(getattr(block, "runs", ())) for block in blocks(TEXT.markdown(once))] == [
        words(getattr(block, "runs", ())) for block in blocks(once)
    ]
