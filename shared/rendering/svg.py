"""The frame of a chart drawn as SVG: a picture that is read aloud by its title and by what it shows in words.

Colours and lines are attributes of what is drawn: a page's Content-Security-Policy lets no style through that stands in
the page.
"""

import hashlib
from collections.abc import Sequence
from html import escape


def svg_picture(title: str, told: str, size: tuple[int, int], drawn: Sequence[str]) -> str:
    """Returns the picture with `drawn` in it, on white under its title. `size` is its width and height, `told` says in
    words what it shows. Several pictures may stand in one page, each with a title of its own.
    """
    width, height = size
    name = hashlib.sha256(title.encode()).hexdigest()[:8]
    read_aloud = f'role="img" aria-labelledby="t-{name} d-{name}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {read_aloud} '
        'font-family="sans-serif" font-size="14" fill="#0b0c0c">',
        f'<title id="t-{name}">{escape(title)}</title><desc id="d-{name}">{escape(told)}</desc>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="24" font-weight="bold">{escape(title)}</text>',
        *drawn,
        "</svg>",
    ]
    return "\n".join(parts)
