"""Agree, or not: `pass`, `meet-condition`, `send-back`, `approve-lines`, `acknowledge`, `decide-clash`, `reject`; and
`ask-help`, `give-help`.
"""

from typing import Annotated

import typer

from deploy.local.commands.campaign.options import Caller, Reference, Seen, Why, desk, told
from deploy.local.terminal.printing import AsJson

Gate = Annotated[str, typer.Argument(help="Such as data-protection; `otm campaign gates` lists them.")]
Lead = Annotated[str, typer.Option("--as", help="Whose key to act with; else that of the gate's or team's lead.")]


def add_to(app: typer.Typer) -> None:
    app.command("pass")(pass_)
    app.command("send-back")(send_back)
    app.command("approve-lines")(approve_lines)
    app.command("acknowledge")(acknowledge)
    app.command("decide-clash")(decide_clash)
    app.command("reject")(reject)
    app.command("meet-condition")(meet_condition)
    app.command("ask-help")(ask_help)
    app.command("give-help")(give_help)


def pass_(
    campaign: Reference,
    gate: Gate,
    why: Why = "",
    condition: Annotated[list[str] | None, typer.Option(help="What has to be done beside; may be repeated.")] = None,
    seen: Seen = None,
    as_json: AsJson = False,
    caller: Lead = "",
) -> None:
    """Pass a gate, perhaps under conditions."""
    body = {"reason": why, "conditions": condition or []}
    with desk(caller or f"{gate}-lead") as opened:
        told(opened.act("POST", campaign, f"/gates/{gate}/approval", body, seen), as_json)


def send_back(
    campaign: Reference, gate: Gate, why: Why = "", seen: Seen = None, as_json: AsJson = False, caller: Lead = ""
) -> None:
    """Send it back to its designers from a gate."""
    with desk(caller or f"{gate}-lead") as opened:
        told(opened.act("POST", campaign, f"/gates/{gate}/return", {"reason": why}, seen), as_json)


def approve_lines(
    campaign: Reference,
    version: int,
    why: Why = "",
    seen: Seen = None,
    as_json: AsJson = False,
    caller: Caller = "lines-editor",
) -> None:
    """Publish a version of the lines to take."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, f"/lines-to-take/{version}/approval", {"reason": why}, seen), as_json)


def acknowledge(campaign: Reference, team: str, seen: Seen = None, as_json: AsJson = False, caller: Lead = "") -> None:
    """Say for a team that it knows what to expect."""
    with desk(caller or f"{team}-lead") as opened:
        told(opened.act("POST", campaign, f"/stakeholders/{team}/acknowledgement", {}, seen), as_json)


def decide_clash(
    campaign: Reference,
    other: Annotated[str, typer.Argument(help="The other campaign.")],
    decision: Annotated[str, typer.Option(help="go-ahead, reschedule, merge or leave-out-customers.")],
    why: Why = "",
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Record what is done about a clash."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, f"/clashes/{other}", {"decision": decision, "reason": why}), as_json)


def reject(
    campaign: Reference,
    instead: Annotated[str, typer.Option(help="one-to-one, another-approach, pilot-first or no-further-action.")],
    why: Why = "",
    as_json: AsJson = False,
    caller: Caller = "approver",
) -> None:
    """Decide to do something else instead."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, "/rejection", {"instead": instead, "reason": why}), as_json)


def meet_condition(
    campaign: Reference,
    gate: Gate,
    number: Annotated[int, typer.Argument(min=1, help="Its place among the conditions of the gate.")],
    why: Why = "",
    as_json: AsJson = False,
    caller: Lead = "",
) -> None:
    """Say that a condition of an approval is met, and how (--reason)."""
    with desk(caller or f"{gate}-lead") as opened:
        told(opened.act("POST", campaign, f"/gates/{gate}/conditions/{number}", {"reason": why}), as_json)


def ask_help(
    campaign: Reference,
    team: Annotated[str, typer.Argument(help="Such as design-community or communications.")],
    question: str,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Ask a team for help; `otm campaign requests` shows what it answers."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, "/help", {"team": team, "question": question}), as_json)


def give_help(
    campaign: Reference,
    number: Annotated[int, typer.Argument(min=1, help="The request's number.")],
    answer: str,
    as_json: AsJson = False,
    caller: Annotated[
        str, typer.Option("--as", help="Whose key to act with: somebody of the team.")
    ] = "design-community-lead",
) -> None:
    """Answer a request for help."""
    with desk(caller) as opened:
        told(opened.act("PUT", campaign, f"/help/{number}/answer", {"answer": answer}), as_json)
