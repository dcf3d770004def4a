"""Rules of a printed table: what cannot be an arm, or a cluster of one, is refused at its row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shared.errors import Problem

if TYPE_CHECKING:
    from services.planner.evaluation.estimates.published import PrintedArm

MOST_CUSTOMERS = 20_000_000
"""Customers of all clusters together: each is a row in memory."""


def printed_problems(rows: Sequence["PrintedArm"]) -> list[Problem]:
    clustered = any(row.cluster is not None for row in rows)
    problems = [problem for index, row in enumerate(rows) for problem in _of_row(f"arms.{index}", row, clustered)]
    if len({row.arm for row in rows}) <= 1:
        says = "a trial compares at least two arms: the control first, then the others"
        problems.append(Problem("arms", "two", says))
    return [*problems, *(_of_clusters(rows) if clustered else _of_arms(rows))]


def _of_row(place: str, row: "PrintedArm", clustered: bool) -> Iterator[Problem]:
    if clustered and row.cluster is None:
        yield Problem(f"{place}.cluster", "required", "name the cluster in every row, or in none")
    if row.customers < (1 if clustered else 2):
        yield Problem(f"{place}.customers", "two", f"arm {row.arm} needs at least {'one' if clustered else 'two'} here")
    elif row.did is not None and row.percent is not None:
        yield Problem(place, "one", f"arm {row.arm} has `did` and `percent`: leave one out")
    elif row.doing is not None:
        if row.doing > row.customers:
            yield Problem(f"{place}.did", "possible", f"between 0 and {row.customers}")
    elif row.mean is None or (not clustered and (row.deviation is None or row.deviation < 0)):
        needs = "`mean`" if clustered else "`mean` and a `deviation` that is not negative"
        yield Problem(place, "figures", f"arm {row.arm} needs `did` or `percent`, or else {needs}")


def _of_arms(rows: Sequence["PrintedArm"]) -> Iterator[Problem]:
    for arm, times in Counter(row.arm for row in rows).items():
        if times > 1:
            says = f"arm {arm} has {times} rows: one for each arm, or name their clusters in a column `cluster`"
            yield Problem("arms", "once", says)


def _of_clusters(rows: Sequence["PrintedArm"]) -> Iterator[Problem]:
    for cluster, times in Counter(row.cluster for row in rows).items():
        if times > 1 and cluster is not None:
            yield Problem(
                "cluster", "once", f"cluster {cluster} has {times} rows: a cluster is in one arm, and in one row"
            )
    for arm, clusters in Counter(row.arm for row in rows).items():
        if clusters == 1:
            yield Problem("arms", "two-clusters", f"arm {arm} has one cluster: no error can be worked out from it")
    if sum(row.customers for row in rows) > MOST_CUSTOMERS:
        yield Problem("customers", "size", f"at most {MOST_CUSTOMERS:,} customers in all clusters together")
