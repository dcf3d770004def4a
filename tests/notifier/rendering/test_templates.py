"""Every notice reads as it was approved, in text and in HTML, and no value in it is ever taken for mark-up.

The approved notices are in `snapshots`. After a change that is meant, look at them in a browser, write them anew with
`OTM_APPROVE=1 pytest tests/notifier/rendering/test_templates.py`, and commit them.
"""

import os
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.notifier.channels import Outgoing, slack, teams
from services.notifier.rendering import markdown
from services.notifier.rendering.content import Content
from services.notifier.rendering.email_layout import BUTTON
from tests.notifier.given.desk import shipped
from tests.notifier.given.notices import notice
from tests.notifier.given.specimens import facts

SNAPSHOTS = Path(__file__).parent / "snapshots"
TEMPLATES, BOOK = shipped()
SPECIMENS = {name: (template, given_facts) for template, name, given_facts in facts(BOOK)}
OPENS_HTML = (
    "<",
    ">",
    "&",
    '"',
    "'",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "</p>",
    "<!-- acknowledge -->",
)
OPENS_MARKDOWN = (
    "*",
    "_",
    "`",
    "[a](https://b)",
    "![a](https://b/c.png)",
    "|",
    "#",
    "~~~",
    "1.",
    "- ",
    "> ",
    "\\",
    "<a@b.c>",
)
HOSTILE = st.lists(st.sampled_from([*OPENS_HTML, *OPENS_MARKDOWN, "word", " ", "É", "{{ 1 }}", "{% x %}"]), max_size=8)


class Tags(HTMLParser):
    """The mark-up of a page, without its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple((name, value) for name, value in attrs if name not in ("alt", "lang"))))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", ((data, None),)))


def rendered(name: str, with_text: str | None = None) -> Content:
    template, given_facts = SPECIMENS[name]
    return TEMPLATES.render(template, given_facts if with_text is None else replaced(given_facts, with_text))


def replaced(value: Any, text: str) -> Any:
    """Returns the value with every text in it replaced by `text`, but for languages, which templates choose by,
    campaigns' references, which nothing else passes for, and what is markdown by contract.
    """
    match value:
        case BaseModel():
            kept = ("campaign", "language", *(("answer", "body") if hasattr(value, "language") else ("text",)))
            changes = {
                name: replaced(getattr(value, name), text) for name in type(value).model_fields if name not in kept
            }
            return value.model_copy(update=changes)
        case str():
            return text
        case Mapping():
            return {key: replaced(each, text) for key, each in value.items()}
        case Sequence():
            return tuple(replaced(each, text) for each in value)
    return value


def test_every_template_has_a_specimen_and_every_snapshot_a_template() -> None:
    assert {template for template, _ in SPECIMENS.values()} == TEMPLATES.codes
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(SPECIMENS)


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_notice_reads_as_it_was_approved(name: str) -> None:
    content = rendered(name)
    said = {"txt": f"{content.subject}\n\n{content.text}", "html": content.html}
    for kind, text in said.items():
        file = SNAPSHOTS / f"{name}.{kind}"
        if os.environ.get("OTM_APPROVE"):
            file.write_text(text)
        assert file.exists(), "not approved yet: look at it, then run with OTM_APPROVE=1"
        assert text == file.read_text()
        assert not [sign for sign in ("{{", "}}", "{%", "None", "Subject:", "<bound", "Undefined") if sign in text]


@settings(max_examples=10)  # each renders every template twice
@given(parts=HOSTILE)
@example(parts=["<script>alert(1)</script>"])
@example(parts=["**", "[a](https://b)", "|"])
def test_no_value_in_any_notice_is_taken_for_mark_up(parts: list[str]) -> None:
    text = f"v{''.join(parts)}v"
    for name in SPECIMENS:
        plain, hostile = rendered(name, "vwordv"), rendered(name, text)
        assert Tags(hostile.html).tags == Tags(plain.html).tags, name
        assert hostile.html.count(BUTTON) == 1
        shapes = [[type(block) for block in markdown.blocks(each.markdown)] for each in (plain, hostile)]
        assert shapes[0] == shapes[1], name


@given(parts=HOSTILE)
def test_no_value_in_a_chat_message_is_a_link_or_a_mention(parts: list[str]) -> None:
    content = rendered(
        "launch-date", f"v{''.join(parts)} <!channel> <https://evil.example|a> [b](https://evil.example)v"
    )
    sent = Outgoing(notice(content=content))
    said = [block["text"]["text"] for block in slack.message(sent)["blocks"] if block["type"] == "section"]
    assert not [text for text in said if "<" in text]
    cards = [element.get("text", "") for element in teams.card(sent)["body"]]
    assert not [text for text in cards if "](" in text.replace("\\]", "").replace("\\(", "")]


@given(text=st.text(max_size=200))
def test_a_value_of_any_characters_shows_as_it_is(text: str) -> None:
    source = f"before {markdown.escaped(text)} after"
    shown = " ".join(" ".join(markdown.words(getattr(block, "runs", ())) for block in markdown.blocks(source)).split())
    kept = "".join(sign for sign in text if sign == "\n" or not markdown.is_control(sign))
    assert shown == " ".join(f"before {kept} after".split())


@pytest.mark.parametrize("name", SPECIMENS)
def test_no_template_lets_mark_up_through_but_that_of_staff_by_contract(name: str) -> None:
    source = (TEMPLATES.folder / f"{SPECIMENS[name][0]}.md").read_text()
    let_through = [line.strip() for line in source.splitlines() if "| markdown" in line or "safe" in line.split()]
    allowed = {
        "{{ line.answer | markdown }}",
        "{{ script.body | markdown }}",
        "{{ line.body | markdown }}",
        "{{ item.text | markdown }}",
    }
    assert set(let_through) <= allowed


def test_mark_up_of_staff_shows_but_loads_nothing_and_runs_nothing() -> None:
    evil = "**b** <b>x</b> ![p](https://evil.example/p.png) [j](javascript:alert(1)) [ok](https://gov.example)"
    template, given_facts = SPECIMENS["launch-date"]
    lines = given_facts["lines"]
    media = lines.media[0].model_copy(update={"body": evil})
    html = TEMPLATES.render(template, {**given_facts, "lines": lines.model_copy(update={"media": (media,)})}).html
    assert "<strong>b</strong> &lt;b&gt;x&lt;/b&gt; p [j](javascript:alert(1)) " in html
    assert 'href="https://gov.example"' in html
    assert "evil" not in html


def test_a_field_that_a_template_does_not_get_is_an_error() -> None:
    template, given_facts = SPECIMENS["wave-started"]
    with pytest.raises(Exception, match="'event' is undefined"):
        TEMPLATES.render(template, {"team": given_facts["team"]})


@pytest.mark.parametrize("spelt", ["2026-09-07T05:00:00Z", "2026-09-07T06:00:00+01:00"])
def test_an_embargo_is_told_by_the_clocks_in_london_however_it_was_written(spelt: str) -> None:
    template, given_facts = SPECIMENS["launch-date"]
    lines = given_facts["lines"]
    media = lines.media[0].model_validate(lines.media[0].model_dump() | {"embargo": spelt})
    told = TEMPLATES.render(template, {**given_facts, "lines": lines.model_copy(update={"media": (media,)})}).text
    assert "not before 06:00 on Monday 7 September 2026" in told
