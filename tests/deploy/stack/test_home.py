"""Files in a stack's folder beside its data: ports, logs, the lock."""

import asyncio
import os
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from deploy.local.broker.install import services_kept_down
from deploy.local.errors import AlreadyRunningError, StackError
from deploy.local.processes import logs
from deploy.local.processes.identity import Identity
from deploy.local.stack import ports as ports_module
from deploy.local.stack.files import write_whole
from deploy.local.stack.leftovers import sweep
from deploy.local.stack.lock import Lock
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Phase, ProcessState, StackState


def test_a_port_is_the_same_every_time_and_another_only_when_somebody_took_it(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    first = ports.get("store")
    assert Ports(tmp_path / "ports.json").get("store") == first
    with socket.create_server(("127.0.0.1", first)):
        second = ports.get("store")
    assert second != first
    assert ports.get("store") == second


async def test_a_port_is_no_other_stacks_from_its_choice_on_and_a_server_can_listen_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = Ports(tmp_path / "one").get("store") + 1
    monkeypatch.setattr(ports_module, "FIRST", only)
    monkeypatch.setattr(ports_module, "LAST", only + 1)
    chosen = Ports(tmp_path / "mine").get("store")
    with pytest.raises(StackError, match="none is free"):
        Ports(tmp_path / "theirs").get("store")
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", chosen):
        socket.create_connection(("127.0.0.1", chosen)).close()


def test_only_one_can_hold_the_lock(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(AlreadyRunningError):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "stack.json"
    write_whole(file, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_whole(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("stack.json", b"old")]


def test_what_is_added_to_a_log_is_followed_line_by_line_also_when_it_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "planner.log"
    log.write_text("before, and long enough\n")
    follower = logs.Follower(tmp_path, "*.log")
    with log.open("a") as file:
        file.write("one\ntwo\nhalf a li")
    assert list(follower.added()) == [(log, "one"), (log, "two")]
    log.write_text("anew\n")
    assert list(follower.added()) == [(log, "anew")]
    assert list(follower.added()) == []


def test_a_leftover_is_ended_but_never_a_process_that_has_its_number() -> None:
    leftover, bystander = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    try:
        recorded = Identity.of(bystander.pid)
        recycled = recorded.model_copy(update={"started": recorded.started - 60})
        asyncio.run(sweep(state_of(planner=Identity.of(leftover.pid), intake=recycled)))
        assert not psutil.pid_exists(leftover.pid)
        assert bystander.poll() is None
    finally:
        for process in (leftover, bystander):
            process.kill()
            process.wait()


def test_no_service_is_started_by_a_package_and_the_policy_is_gone_afterwards(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    with services_kept_down(policy):
        assert subprocess.run([policy, "rabbitmq-server", "start"]).returncode == 101
    assert not policy.exists()


def test_a_policy_that_the_machine_has_stays(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("the machine's own")
    with services_kept_down(policy):
        pass
    assert policy.read_text() == "the machine's own"


def state_of(**identities: Identity) -> StackState:
    processes = {
        name: ProcessState(name=name, phase=Phase.READY, detail="", description="", health="", identity=identity)
        for name, identity in identities.items()
    }
    return StackState(phase=Phase.READY, processes=processes)
