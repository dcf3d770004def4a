"""Services: whether each replica is well, its clock, and the age of its outbox."""

import asyncio
from collections.abc import Iterable, Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from deploy.local.operate.doctor.clock import clock_of
from deploy.local.operate.doctor.finding import Finding
from deploy.local.stack.services import SERVICES
from shared.network.trust import trust

SECONDS = 4.0
OLD_SECONDS = 60.0
START = "start it (`otm up`), or look at its log: `otm logs {}`"
PARTS = "see `A service is not ready` in docs/runbook.md; its log has more: `otm logs {}`"
OUTBOX = "the broker is away, blocked or refuses these events: the health part `outbox` of that service says which"
Readings = Mapping[str, float]


class Report(BaseModel):
    """The health of a service, by its parts."""

    parts: dict[str, str]


async def examined(urls: Mapping[str, str]) -> list[Finding]:
    """Asks every replica of every service; `urls` are their addresses by their names, `planner`, `planner-2` …"""
    replicas = {name: url for name, url in urls.items() if name.partition("-")[0] in SERVICES}
    absent = [name for name in SERVICES if name not in {each.partition("-")[0] for each in replicas}]
    async with httpx.AsyncClient(verify=trust(), timeout=SECONDS, trust_env=False) as http:
        found = await asyncio.gather(*(_replica(http, name, url) for name, url in replicas.items()))
    missing = [
        Finding(part=name, words="its address is not known", remedy=f"set OTM_{name.upper()}_URL, or start it: otm up")
        for name in absent
    ]
    findings = [finding for findings, _ in found for finding in findings]
    return [*findings, *missing, outbox({name: read for name, (_, read) in zip(replicas, found, strict=True)})]


async def _replica(http: httpx.AsyncClient, name: str, url: str) -> tuple[list[Finding], Readings]:
    try:
        answer = await http.get(f"{url}/health/ready")
        metrics = await http.get(f"{url}/metrics")
        findings = [health(name, answer), clock_of(name, answer.headers.get("date"))]
        return [finding for finding in findings if finding], readings(metrics.text)
    except httpx.HTTPError as error:
        words = f"does not answer at {url}: {type(error).__name__}"
        return [Finding(part=name, words=words, remedy=START.format(name))], {}
    except ValueError:
        return [Finding(part=name, words=f"what answers at {url} is not {name}", remedy=START.format(name))], {}


def health(name: str, answer: httpx.Response) -> Finding:
    """Raises `ValueError` for an answer that is not a service's."""
    ill = [
        f"{part}: {words}" for part, words in Report.model_validate_json(answer.content).parts.items() if words != "ok"
    ]
    words = "; ".join(ill) or "all its parts are well"
    return Finding(part=name, words=words, remedy=PARTS.format(name) if ill else "")


def readings(text: str) -> Readings:
    """Returns the gauges of the outbox in Prometheus's text, those that there are."""
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("otm_outbox_") and not sample.labels
    }


def outbox(read: Mapping[str, Readings]) -> Finding:
    """One replica of each service exports the gauges, so a service counts as measured where one of them does."""
    ages = _largest(read, "otm_outbox_oldest_seconds")
    aside = _largest(read, "otm_outbox_aside_rows")
    unmeasured = sorted({name.partition("-")[0] for name in read} - ages.keys())
    late = [f"{name}'s oldest event waits for {age:.0f} s" for name, age in ages.items() if age > OLD_SECONDS]
    refused = [f"{rows:.0f} commits of {name} were refused by the broker" for name, rows in aside.items() if rows]
    unseen = [f"nobody measures the outbox of {name}" for name in unmeasured]
    ill = [*late, *refused, *unseen]
    oldest = max(ages.values(), default=0.0)
    words = "; ".join(ill) or (f"the oldest event waits for {oldest:.1f} s" if ages else "nothing was measured")
    return Finding(part="outbox", words=words, remedy=OUTBOX if ill or not ages else "")


def _largest(read: Mapping[str, Readings], gauge: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, values in _with(read, gauge):
        service = name.partition("-")[0]
        found[service] = max(found.get(service, 0.0), values)
    return found


def _with(read: Mapping[str, Readings], gauge: str) -> Iterable[tuple[str, float]]:
    return ((name, values[gauge]) for name, values in read.items() if gauge in values)
