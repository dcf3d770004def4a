"""`otm trial`: a trial designed, its seal verified, its data analysed, from files alone or from a campaign's own."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, Reference, desk
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import Row, table

trial = typer.Typer(
    help="Trials: design, seal and analysis, from files alone or from a campaign.", no_args_is_help=True
)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Data = Annotated[str, typer.Argument(help="A campaign, such as OTM-26-0001; export.zip; or units.csv with --plan.")]
PlanFile = Annotated[Path | None, typer.Option("--plan", exists=True, dir_okay=False, help="The plan of units.csv.")]
Outcomes = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="outcomes.csv, one by one.")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day of the data, else today.")
]
Sealed = Annotated[str | None, typer.Option("--seal", help="The seal that was published before the first letter.")]
Look = Annotated[int | None, typer.Option(help="Which planned look this is, from 1; without it, the end.")]
PlanOut = Annotated[Path | None, typer.Option("--plan", help="Where to save the plan that the seal was taken of.")]
Excluded = Annotated[
    list[str] | None, typer.Option("--exclude", help="A mailing day to leave out, and why: '2026-09-08=wrong page'.")
]
Analyst = Annotated[str, typer.Option("--as", help="Whose key of .otm/credentials.json to act with, for a campaign.")]
Archive = Annotated[Path | None, typer.Argument(dir_okay=False, help="Where to save it, else OTM-26-0001-trial.zip.")]
Save = Annotated[Path | None, typer.Option("--export", help="Where to save data, result and report as a ZIP file.")]


@trial.command("design")
def design(file: File, as_json: AsJson = False) -> None:
    """Say how many customers a trial needs, and what it can show. FILE is its plan, as YAML.

    Exit codes: 0 the customers of the plan are enough, or it names none; 1 they are not, or the plan is refused.
    """
    from deploy.local.operate.trials.trial import designed, plan_in
    from services.planner.evaluation.seal import seal

    with errors_shown(Console(stderr=True)):
        plan = plan_in(file)
        found, sentences = designed(plan)
        if as_json:
            print(json.dumps(found.model_dump(mode="json") | {"enough": found.enough, "seal": seal(plan)}))
        else:
            print("\n".join([*sentences, f"Seal of this plan: {seal(plan)}"]))
    if plan.customers is not None and not found.enough:
        raise typer.Exit(1)


@trial.command("verify-seal")
def verify_seal(
    plan: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The plan: YAML, JSON, or an export.")],
    sealed: Annotated[str, typer.Argument(help="The seal, or a file with it: campaign.approved, or seal.json.")],
) -> None:
    """Show that a plan is the one that was sealed. Exit codes: 0 it is; 1 it is not."""
    from deploy.local.operate.trials.trial import verified

    with errors_shown(Console(stderr=True)):
        print(f"The plan is the one that was sealed: {verified(plan, sealed)}")


@trial.command("analyse")
def analyse(  # noqa: PLR0913 - a parameter for each option
    file: Data,
    plan: PlanFile = None,
    outcomes: Outcomes = None,
    as_of: AsOf = None,
    sealed: Sealed = None,
    look: Look = None,
    save: Save = None,
    excluded: Excluded = None,
    as_json: AsJson = False,
    caller: Analyst = "analyst",
) -> None:
    """Analyse a trial as it was planned: checks first, then effects, then the conclusion.

    From a campaign, the analysis is planner's, and an early look is noted for ever. Exit codes: 0 the result stands; 1
    it does not (a check fails, or an export gives other numbers), or the files are refused.
    """
    from deploy.local.operate.trials.analysis import Wanted, analysed
    from deploy.local.operate.trials.words import result_text

    day = as_of.date() if as_of else None
    with errors_shown(Console(stderr=True)):
        found = analysed(Wanted(file, plan, outcomes, day, sealed, look, excluded or [], save, caller))
        print(result_text(found, as_json))
    if not found.good:
        raise typer.Exit(1)


@trial.command("export")
def export(
    campaign: Reference,
    file: Archive = None,
    look: Look = None,
    excluded: Excluded = None,
    caller: Analyst = "analyst",
) -> None:
    """Save a campaign's trial: data, plan, seal, result and report, to be analysed anywhere. Needs a running stack.

    An early look is noted for ever, as by an analysis.
    """
    from deploy.local.operate.trials.of_campaign import exported_campaign, question

    with errors_shown(Console(stderr=True)):
        path = file or Path(f"{campaign}-trial.zip")
        size = exported_campaign(campaign, caller, question(look, excluded or []), path)
        print(f"{path}: {size:,} bytes. Anybody gets the same numbers by: otm trial analyse {path}")


@trial.command("publish")
def publish(
    campaign: Reference,
    look: Look = None,
    excluded: Excluded = None,
    as_json: AsJson = False,
    caller: Analyst = "analyst",
) -> None:
    """Publish a campaign's result: analysts and the author are told. Needs a running stack."""
    from deploy.local.operate.trials.of_campaign import published_campaign, question

    with errors_shown(Console(stderr=True)):
        found = published_campaign(campaign, caller, question(look, excluded or []))
        print(json.dumps(found) if as_json else "\n".join(found["result"]["conclusion"]))


@trial.command("status")
def status(campaign: Reference, save: PlanOut = None, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Say what a campaign's trial can show, its seals, and how far its data are. Needs a running stack."""
    from deploy.local.operate.output_file import expect_writable
    from deploy.local.operate.trials.of_campaign import status_lines

    with errors_shown(Console(stderr=True)):
        if save:
            expect_writable(save)
    with desk(caller) as opened:
        found = opened.read(f"/{campaign}/trial")
    if save:
        save.write_text(json.dumps(found["plan"], indent=2))
    print(json.dumps(found) if as_json else "\n".join(status_lines(found)))


@trial.command("compare")
def compare(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: arm,customers,did (and cluster); control first.")
    ],
    correction: Annotated[str, typer.Option(help="none, holm, benjamini-hochberg or dunnett.")] = "none",
    alpha: Annotated[float, typer.Option(min=0.0001, max=0.2)] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Work out effects from a printed table: arms with customers and `did`, or with `mean` and `deviation`.

    With a column `cluster`, each row is one cluster of its arm, and errors allow for the clusters.
    """
    from deploy.local.operate.trials.table import compared

    with errors_shown(Console(stderr=True)):
        effects = compared(file, correction, alpha)
        if as_json:
            print(json.dumps([effect.model_dump(mode="json") for effect in effects]))
            return
        rows: list[Row] = []
        for e in effects:
            p = ["-" if value is None else f"{value:.4f}" for value in (e.p, e.p_corrected)]
            between = f"{e.low:.5f} to {e.high:.5f}"
            rows.append((e.arm, f"{e.estimate:.5f}", f"{e.standard_error:.5f}", between, *p, e.stars))
        Console().print(table(("arm", "effect", "standard error", "interval", "p", "p corrected", ""), rows))
