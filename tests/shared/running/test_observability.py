"""Logs tell what happened and where, and never what a customer told us: read from a process of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import logging, sys
import structlog
from shared.errors import Conflict
from shared.running.observability import configure_logging
from shared.running.tracing import conversation, trace_going_on

configure_logging("intake", sys.argv[1], "info")
log = structlog.get_logger("services.intake.contacts.recorder")

def fail():
    try:
        raise KeyError("Mrs Jones")
    except KeyError as error:
        raise ValueError("no place for Mrs Jones, 1955839661") from error

with conversation("call-17", "OTM-26-0001"), trace_going_on("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"):
    log.info("answered", status=201)
    log.debug("too small a thing to be told")
    try:
        fail()
    except ValueError as error:
        log.warning("raised", exc_info=error)
        log.exception("in hand")
        logging.getLogger("services.intake").exception("by the standard library")
        logging.getLogger("some.library").error("by a library", exc_info=True)
        logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=True)
    try:
        raise Conflict("a completed campaign cannot be paused")
    except Conflict as error:
        log.error("ours", exc_info=error)
logging.getLogger("uvicorn.access").info("GET /v1/letters/MrsJones")
logging.getLogger("pymongo.command").warning("insert Mrs Jones")
"""


def logged(log_format: str) -> str:
    """Returns the lines that the program writes to standard error; it writes nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, log_format], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_log_line_repeats_what_an_exception_says_of_a_customer(log_format: str) -> None:
    text = logged(log_format)
    assert "Jones" not in text
    assert "1955839661" not in text
    for event in ("raised", "in hand", "by the standard library", "by a library"):
        assert event in text
    assert "builtins.ValueError" in text
    assert "a completed campaign cannot be paused" in text


def test_a_line_of_json_says_who_what_where_and_for_whom() -> None:
    lines: dict[str, dict[str, Any]] = {line["event"]: line for line in map(json.loads, logged("json").splitlines())}
    assert list(lines) == ["answered", "raised", "in hand", "by the standard library", "by a library", "ours"]
    for event, line in lines.items():
        assert line["service"] == "intake"
        assert (line["correlation_id"], line["campaign"]) == ("call-17", "OTM-26-0001")
        assert (line["trace_id"], line["span_id"]) == ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
        assert line["timestamp"].endswith("Z")
        assert ("exception" in line) == (event != "answered")
    assert (lines["answered"]["status"], lines["answered"]["level"]) == (201, "info")
    assert lines["by a library"]["logger"] == "some.library"
    raised = lines["raised"]
    assert raised["exception"] == "builtins.ValueError"
    assert raised["exception_reason"].startswith("at <string>:")
    assert raised["exception_at"][-1].endswith(" fail")
    assert lines["ours"]["exception_reason"] == "a completed campaign cannot be paused"
