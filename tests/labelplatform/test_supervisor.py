"""The supervisor is run as it is in life: a process of its own over real, small children."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from labelplatform import supervisor
from labelplatform.supervisor import PLAN_VARIABLE, Child, Plan, is_answering

CHILD = """
import os, signal, socket, subprocess, sys
name, journal, *manners = sys.argv[1:]
def note(what):
    with open(journal, "a") as file:
        file.write(f"{name} {what}\\n")
def stop(*_):
    note("stops")
    if "stubborn" not in manners:
        sys.exit(0)
signal.signal(signal.SIGTERM, stop)
if "forks" in manners:
    note(f"has {subprocess.Popen(['sleep', '60']).pid}")
note(f"starts {os.getpid()}")
if "fails" in manners:
    sys.exit("the reason is written here")
if "ends" in manners:
    sys.exit(0)
if "serves" in manners:
    server = socket.socket(socket.AF_UNIX)
    server.bind(manners[-1])
    server.listen()
    note("serves")
    while True:
        client = server.accept()[0]
        client.recv(16)
        client.sendall(b"+PONG\\r\\n")
while True:
    signal.pause()
"""


class Scene:
    """One supervisor, what it says, and the journal that its children write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal_file = folder / "journal"
        self.journal_file.touch()
        self.script = folder / "child.py"
        self.script.write_text(CHILD)
        self.output_file = folder / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def child(self, name: str, *manners: str, **options: object) -> Child:
        command = [sys.executable, "-S", str(self.script), name, str(self.journal_file), *manners]
        return Child(name=name, command=command, **options)  # type: ignore[arg-type] # options of several types

    def serving(self, name: str, **options: object) -> Child:
        socket = str(self.folder / f"{name}.sock")
        return self.child(name, "serves", socket, probe=f"unix://{socket}", **options)

    def supervise(self, *children: Child, announcement_file: str = "") -> None:
        plan = Plan(
            children=list(children),
            log_folder=str(self.folder / "logs"),
            announcement="all is up",
            announcement_file=announcement_file,
        )
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", supervisor.__file__],
                env=os.environ | {PLAN_VARIABLE: plan.to_json()},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),  # whatever started the tests
            )

    def supervise_until_up(self, *children: Child) -> None:
        self.supervise(*children)
        wait_until(lambda: "all is up" in self.output)
        for child in children:
            if not child.once:
                wait_until(partial(self.pids, child.name))

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def exit_code(self) -> int:
        assert self.process
        return self.process.wait(timeout=20)

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    @property
    def journal(self) -> list[str]:
        return self.journal_file.read_text().splitlines()

    def pids(self, name: str, *, what: str = "starts") -> list[int]:
        return [int(line.split()[-1]) for line in self.journal if line.startswith(f"{name} {what} ")]

    def stops(self) -> list[str]:
        return [line.removesuffix(" stops") for line in self.journal if line.endswith(" stops")]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    if scene.process and scene.process.poll() is None:
        scene.process.kill()
        scene.process.wait()


def wait_until(holds: Callable[[], object], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_child_starts_after_the_one_before_it_answers(scene):
    scene.supervise_until_up(scene.serving("broker"), scene.child("demo", "ends", once=True), scene.child("web"))
    assert [line.split()[:2] for line in scene.journal] == [
        ["broker", "starts"],
        ["broker", "serves"],
        ["demo", "starts"],
        ["web", "starts"],
    ]


def test_what_is_to_be_said_at_the_start_ends_with_the_file_that_a_child_made(scene):
    notes = scene.folder / "sign-ins.txt"
    writes = Child(name="demo", command=["sh", "-c", f"echo ada@example.org secret > {notes}"], once=True)
    scene.supervise(writes, scene.child("web"), announcement_file=str(notes))
    wait_until(lambda: "all is up\nada@example.org secret\n" in scene.output)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_stops_in_order_with_the_broker_last(scene, number):
    broker = scene.child("broker", stops_last=True)
    scene.supervise_until_up(broker, scene.child("web"), scene.child("worker"), scene.child("beat"))
    scene.send(number)
    assert scene.exit_code() == 0
    assert scene.stops() == ["web", "worker", "beat", "broker"]


def test_a_killed_child_starts_again_and_what_it_had_started_is_gone(scene):
    scene.supervise_until_up(scene.child("worker", "forks"))
    [pid], [forked] = scene.pids("worker"), scene.pids("worker", what="has")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(scene.pids("worker")) == 2)
    wait_until(lambda: not is_alive(forked))
    assert "The worker ended (killed by SIGKILL); it starts again in 0.5 s" in scene.output


def test_a_child_that_does_not_stop_in_time_is_killed_with_its_group(scene):
    scene.supervise_until_up(scene.child("worker", "stubborn", "forks", stop_seconds=0.3), scene.child("beat"))
    scene.send(signal.SIGTERM)
    assert scene.exit_code() == 0
    wait_until(lambda: not is_alive(scene.pids("worker", what="has")[0]))
    assert scene.stops() == ["worker", "beat"]
    assert "worker did not stop in 0.3 s" in scene.output


def test_a_second_signal_stops_without_waiting(scene):
    scene.supervise_until_up(scene.child("worker", "stubborn", stop_seconds=60))
    scene.send(signal.SIGINT)
    wait_until(scene.stops)
    scene.send(signal.SIGINT)
    assert scene.exit_code() == 0
    wait_until(lambda: not is_alive(scene.pids("worker")[0]))


def test_a_child_that_never_comes_up_ends_the_start_and_its_last_words_are_shown(scene):
    socket = str(scene.folder / "web.sock")
    web = scene.child("web", "fails", probe=f"unix://{socket}")
    scene.supervise(scene.child("broker", stops_last=True), web, scene.child("worker"))
    assert scene.exit_code() == 1
    assert "starts again in 0.5 s" in scene.output
    assert "starts again in 1 s" in scene.output
    assert "The web does not start (exit code 1)" in scene.output
    assert "the reason is written here" in scene.output
    assert scene.stops() == ["broker"]
    assert not scene.pids("worker")


def test_a_step_that_fails_ends_the_start(scene):
    scene.supervise(scene.child("broker"), scene.child("demo", "fails", once=True), scene.child("web"))
    assert scene.exit_code() == 1
    assert "demo failed (exit code 1)" in scene.output
    assert not scene.pids("web")


def test_a_program_that_is_missing_is_said_by_name(scene):
    scene.supervise(Child(name="web", command=["/no/such/program"], probe="unix:///no/such/socket"))
    assert scene.exit_code() == 1
    assert "/no/such/program" in scene.output


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_end_when_the_supervisor_is_killed(scene):
    scene.supervise_until_up(scene.child("web"), scene.child("worker"))
    scene.send(signal.SIGKILL)
    wait_until(lambda: sorted(scene.stops()) == ["web", "worker"])


def test_a_long_log_is_moved_aside_while_its_process_writes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "_LOG_BYTES", 10)
    process = supervisor._Process(
        Child(name="web", command=["sh", "-c", "echo a long first line; read wait"]), tmp_path
    )
    process.start()
    try:
        wait_until(lambda: process.log.read_text() == "a long first line\n")
        process.trim_log()
        assert process.log.read_text() == ""
        assert process.log.with_suffix(".log.1").read_text() == "a long first line\n"
    finally:
        process.kill()


def test_nothing_answers_where_nothing_listens(tmp_path):
    assert not is_answering(f"unix://{tmp_path}/none.sock")
    assert not is_answering("http://127.0.0.1:9/")
