"""Colours, as WCAG 2.2 measures them."""

LEAST_CONTRAST = 4.5
"""Contrast that text needs for level AA."""


def contrast_with_white(colour: str) -> float:
    """Returns the contrast ratio of a colour, `#rrggbb`, with white: from 1 for white itself to 21 for black."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (sRGB)
