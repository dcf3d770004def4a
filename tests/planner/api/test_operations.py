"""Operation of a service: health, an absent store, and the log of answers."""

from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from services.planner.app import build_app
from services.planner.settings import Settings
from shared.storage import store
from tests.planner.given.plans import plan
from tests.support.inside import Corner, Inside


async def test_a_service_is_ready_without_a_broker_but_not_wholly(planner: Inside) -> None:
    async with planner.caller(None) as probe:
        assert (await probe.get("/health/live")).status_code == 200
        ready = await probe.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert ready.json()["parts"] == {
            "store": "ok",
            "topology": "ok",
            "broker": "consuming has not begun: the broker was not reached yet",
            "consumers": "consuming has not begun",
            "outbox": "ok",
        }
        assert (await probe.get("/health/ready?wholly=true")).status_code == 503
        planner.service.health.stopping = True
        assert (await probe.get("/health/ready")).status_code == 503


async def test_while_the_store_is_away_callers_are_asked_to_come_again(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "ANSWER_WITHIN", 500)
    corner = Corner.made(tmp_path, "mongodb://127.0.0.1:1/", database)
    service = Inside(build_app(corner.settings(Settings)), corner)
    async with service.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=plan())
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert (await designer.get("/health/ready")).status_code == 503
        assert (await designer.get("/health/live")).status_code == 200
    service.service.store.close()


async def test_every_answer_is_logged_by_route_and_caller_in_its_conversation(planner: Inside) -> None:
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        async with planner.caller("operator") as operator:
            answer = await operator.get("/v1/campaigns/OTM-26-0099", headers={"X-Correlation-Id": "call-17"})
    assert answer.headers["X-Correlation-Id"] == "call-17"
    (line,) = [line for line in lines if line["event"] == "answered"]
    assert {name: line[name] for name in ("method", "route", "status", "caller", "correlation_id")} == {
        "method": "GET", "route": "/v1/campaigns/{reference}", "status": 404, "caller": "operator",
        "correlation_id": "call-17",
    }  # fmt: skip
    async with planner.caller(None) as probe:
        metrics = (await probe.get("/metrics")).text
    assert 'otm_http_request_seconds_count{method="GET",route="/v1/campaigns/{reference}",status="404"} 1.0' in metrics
    named = [line.rpartition(" ")[0] for line in metrics.splitlines()]  # figures may have any digits
    assert not [name for name in named if "0099" in name]
