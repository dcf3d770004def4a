"""A trial's report as one HTML page without scripts: conclusion, checks, chart, tables, plan and seal."""

from collections.abc import Sequence
from html import escape

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report.chart import chart
from services.planner.evaluation.report.content import (
    ARM_HEADINGS,
    EFFECT_HEADINGS,
    arm_rows,
    check_rows,
    cost_lines,
    effect_rows,
    plan_lines,
)
from services.planner.evaluation.result import Evaluation

STYLE = (
    "body{font:16px/1.5 sans-serif;color:#0b0c0c;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem}caption{text-align:left;font-weight:bold}"
    "th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    ".fails{border-left:6px solid #d4351c;padding-left:1rem}svg{max-width:100%;height:auto}"
)


def report_html(plan: TrialPlan, result: Evaluation) -> str:
    title = f"{plan.title} ({plan.campaign})" if plan.campaign else plan.title
    mark = "" if result.stands else ' class="fails"'
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>',
        f"<h1>{escape(title)}</h1>",
        f"<section{mark}><h2>Conclusion</h2>{_paragraphs(result.conclusion)}</section>",
        "<h2>Checks</h2>" + _table("Checks, failing ones first", ("Verdict", "Check"), check_rows(result)),
        "<h2>Effects</h2>" + chart(plan, result),
        _table("Every planned estimate", EFFECT_HEADINGS, effect_rows(plan, result)),
        _table("Arms", ARM_HEADINGS, arm_rows(result)),
        _paragraphs(cost_lines(plan, result)),
        f"<h2>Plan, seal and versions</h2>{_paragraphs(plan_lines(plan, result))}",
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    caption = escape(caption)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
