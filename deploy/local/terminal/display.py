"""The looks of a terminal. Answers go to standard output, everything said on the way to standard error."""

from contextlib import suppress

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.operate.stack.status import ProcessReport, StackReport
from deploy.local.stack.state import Phase, ProcessState
from shared.running.settings import SiteSettings
from shared.web.site.navigation import PLACES
from shared.web.site.roles import load_roles

MARKS = {
    Phase.STARTING: "[blue]…[/]",
    Phase.READY: "[green]✓[/]",
    Phase.RESTARTING: "[red]✗[/]",
    Phase.STOPPING: "[blue]…[/]",
    Phase.STOPPED: "[green]✓[/]",
}


def narrate(console: Console, process: ProcessState) -> None:
    """One line for each change in the life of a process."""
    line = f"{MARKS[process.phase]} [bold]{process.name:<12}[/] {escape(process.detail)}"
    with suppress(OSError):  # the terminal may be gone; the stack is stopped in order all the same
        console.print(line, highlight=False, soft_wrap=True)


def show(console: Console, stack: StackReport) -> None:
    """The whole stack: where it is, every process, every address."""
    if stack.failure:
        console.print(f"The last start failed: {stack.failure}", style="red", highlight=False, markup=False)
    if stack.supervisor is None:
        console.print(f"Nothing runs in {stack.home}")
        return
    console.print(f"[bold]{stack.phase}[/] in {stack.home}, supervised by process {stack.supervisor}", highlight=False)
    console.print(_table(stack.processes, stack.urls))
    for line in pages_said(stack.urls):
        console.print(line, highlight=False, soft_wrap=True)
    for process in stack.processes:
        if process.trouble:
            console.print(f"[red]{process.name}[/]: {escape(process.trouble)}", highlight=False, soft_wrap=True)


def pages_said(urls: dict[str, str]) -> list[str]:
    """Returns where people find the pages, and how they sign in there."""
    how = "choose there who to be"
    if site := urls.get("site"):
        return [f"The pages for people are at {site}: {how}", personas_said()]
    found = [f"{place.name} {urls[place.service]}{place.path}" for place in PLACES if place.service in urls]
    if not found:
        return []
    return [
        f"The pages for people: {', '.join(found)}: {how}",
        personas_said(),
        "With nginx (apt-get install nginx-light) they are one site at one address",
    ]


def personas_said() -> str:
    """Returns whom somebody can be on a local stack, by the page that each begins on."""
    by_home: dict[str, list[str]] = {}
    for role in load_roles(SiteSettings().roles_file).values():
        by_home.setdefault(role.home, []).append(role.name)
    return "People there: " + "; ".join(f"{', '.join(names)} ({home})" for home, names in by_home.items())


def _table(processes: list[ProcessReport], urls: dict[str, str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("process", "state", "answers", "pid", "restarts", "address"):
        table.add_column(heading, overflow="fold")
    addresses = {"broker": urls.get("amqp"), "store": urls.get("mongo"), "mail": urls.get("smtp")} | urls
    for process in processes:
        answers = "[green]yes[/]" if process.healthy else "[red]no[/]"
        address = addresses.get(process.name) or (f"127.0.0.1:{process.port}" if process.port else "")
        pid = str(process.pid or "-")
        table.add_row(process.name, process.phase, answers, pid, str(process.restarts), address)
    if management := urls.get("management"):
        table.add_row("", "", "", "", "", f"{management}  (RabbitMQ's own pages)")
    return table
