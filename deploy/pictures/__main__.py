"""Draws the pictures of the documentation anew."""

from pathlib import Path

from deploy.pictures.closed_loop import chart, rehearsed

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    drawn = chart(rehearsed())
    (FOLDER / "closed-loop.svg").write_text(drawn.svg() + "\n")


if __name__ == "__main__":
    main()
