"""Alerts and dashboards: about metrics that there are, each with its entry of the runbook, tried by promtool."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.docs.metrics import known_metrics
from deploy.monitoring.panels import DASHBOARDS

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "monitoring"
SUFFIXES = r"_(bucket|sum|count)$"


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian's package prometheus)")
@pytest.mark.parametrize("arguments", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")])
def test_promtool_accepts_the_rules_and_each_fires_when_it_should(arguments: tuple[str, ...]) -> None:
    run = subprocess.run(["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian's package prometheus)")
def test_promtool_reads_the_query_of_each_panel(tmp_path: Path) -> None:
    """Reads the files that Grafana loads; a recording rule holds a query to the same grammar."""
    files = sorted((FOLDER / "dashboards").glob("*.json"))
    panels = [panel for file in files for panel in json.loads(file.read_text())["panels"]]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(queries) == sum(len(dashboard.panels) for dashboard in DASHBOARDS)
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    rules = tmp_path / "panels.yaml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))
    run = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_alerts_and_dashboards_are_about_metrics_that_there_are() -> None:
    known = {metric.name for metric in known_metrics()}
    queries = [rule["expr"] for rule in rules()] + [panel.query for it in DASHBOARDS for panel in it.panels]
    asked = {name for query in queries for name in re.findall(r"\b(?:otm|faststream)_[a-z_]+", query)}
    assert asked
    assert {name for name in asked if name not in known and re.sub(SUFFIXES, "", name) not in known} == set()


def test_each_alert_has_its_entry_in_the_runbook_and_its_trial() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "alerts.md").read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in rules()]
    assert all(rule["annotations"]["runbook"] == f"docs/alerts.md#{rule['alert'].lower()}" for rule in rules())
    tried = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text())["tests"]
    fired = {case["alertname"] for test in tried for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert fired == set(headings)


def test_no_metric_has_a_label_that_could_be_a_customers() -> None:
    labels = {label for metric in known_metrics() for label in metric.labels}
    assert labels == {
        *("queue", "how", "thing", "type", "method", "route", "status", "channel"),
        *("app_name", "broker", "handler", "exception_type", "destination"),
    }
