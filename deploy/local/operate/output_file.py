"""Files that a command is to write, looked at before it does anything else."""

from pathlib import Path

from deploy.local.errors import StackError


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
