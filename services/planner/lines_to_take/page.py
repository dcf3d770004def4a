"""Lines to take as a page that is safe to show: markdown only, without HTML or pictures."""

from html import escape

from markdown_it import MarkdownIt

from services.planner.lines_to_take.words import Words
from shared.clock import LONDON
from shared.wording import title_of, words_of

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")
_STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}"


def html(markdown: str) -> str:
    """Returns the markdown as HTML. Tags in it are shown as text, and links of a dangerous kind are no links."""
    return str(_MARKDOWN.render(markdown))


def page(campaign: str, version: int, words: Words) -> str:
    """Returns one page with lines, scripts and media lines, in this order."""
    title = f"{campaign}: lines to take, version {version}"
    parts = [f"<h1>{escape(title)}</h1>"]
    for line in words.lines:
        parts.append(_section(line.question, line.answer, line.language, line.arms))
    for script in words.scripts:
        parts.append(
            _section(
                f"Script for {words_of(script.audience)}: {script.title}", script.body, script.language, script.arms
            )
        )
    for media in words.media:
        embargo = f" (not before {media.embargo.astimezone(LONDON):%d %B %Y %H:%M %Z})" if media.embargo else ""
        parts.append(_section(f"For the media{embargo}", media.body, media.language, ()))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )


def _section(heading: str, markdown: str, language: str, arms: tuple[str, ...]) -> str:
    only = f"<p><em>Only for {escape(', '.join(map(title_of, arms)))}</em></p>" if arms else ""
    return f'<section lang="{language}"><h2>{escape(heading)}</h2>{only}{html(markdown)}</section>'
