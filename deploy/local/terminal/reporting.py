"""The report of a stack, for people or for programs."""

from rich.console import Console

from deploy.local.operate.stack.status import StackReport, report
from deploy.local.stack.home import Home
from deploy.local.terminal.display import show


async def print_report(home: Home, as_json: bool) -> StackReport:
    """To standard output; returned as well."""
    stack = await report(home)
    console = Console()
    if as_json:
        console.print_json(stack.model_dump_json())
    else:
        show(console, stack)
    return stack
