"""The frame of a chart drawn as SVG: a picture that is read aloud by its title and by what it shows in words."""

from collections.abc import Sequence
from html import escape


def svg_picture(title: str, told: str, size: tuple[int, int], style: str, drawn: Sequence[str]) -> str:
    """Returns the picture with `drawn` in it, on white under its title. `size` is its width and height, `told` says in
    words what it shows, and `style` is its CSS.
    """
    width, height = size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(told)}</desc>',
        f'<style>{style}</style><rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="24" font-weight="bold">{escape(title)}</text>',
        *drawn,
        "</svg>",
    ]
    return "\n".join(parts)
