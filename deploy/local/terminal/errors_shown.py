"""Errors as a person wants them: what happened and what to do, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from deploy.local.errors import AlreadyRunningError, StackError
from deploy.local.exit_codes import ExitCode


@contextmanager
def errors_shown(console: Console) -> Iterator[None]:
    """Shows the text of a StackError, and exits with the code for it."""
    try:
        yield
    except StackError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        code = ExitCode.ALREADY_RUNNING if isinstance(error, AlreadyRunningError) else ExitCode.FAILED
        raise typer.Exit(code) from None
