"""Files that a command is to write, looked at before it does anything else."""

from pathlib import Path

from deploy.local.errors import StackError


def make_folder(path: Path) -> None:
    """Makes a folder with those above it, unless it is there. Raises `StackError` where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(f"the folder {path} cannot be made: {error.strerror}. Name another") from None


def expect_writable(path: Path) -> None:
    """Raises `StackError` unless a file of that path can be written. Leaves a file that is there as it is."""
    existed = path.exists()
    try:
        with path.open("ab"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise StackError(f"{path} cannot be written: {error.strerror}. Name a file in a folder that is there") from None
