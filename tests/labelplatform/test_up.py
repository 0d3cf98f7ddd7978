"""Starting the whole site: `manage.py up`."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from labelplatform.jobs.management.commands import up
from tests.running_site import RunningSite, scratch_environment


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with scratch_environment(tmp_path) as environment:
        yield environment


@pytest.mark.slow
@pytest.mark.whole_site
def test_the_whole_site_starts_outlives_a_killed_worker_and_stops(environment):
    site = RunningSite(environment)
    with site.running() as process:
        assert site.status_of("/api/v1/projects/") == 401
        site.wait_until(site.worker_answers)

        second = subprocess.run(
            [sys.executable, "manage.py", "up"], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert f"This site is running already: process {process.pid}" in second.stderr

        family = psutil.Process(process.pid).children(recursive=True)
        next(child for child in family if "labelplatform.worker" in child.cmdline()).send_signal(signal.SIGKILL)
        site.wait_until(lambda: "The worker ended (killed by SIGKILL)" in site.output)
        site.wait_until(site.worker_answers)

        family = psutil.Process(process.pid).children(recursive=True)
        assert any("valkey" in child.name() for child in family) == (not settings.REDIS_URL)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert not psutil.wait_procs(family, timeout=5)[1]
        assert site.output.endswith("Stopped.\n")


def test_a_taken_port_is_refused_with_the_way_out(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(up, "_PORT_WAIT_SECONDS", 0)
    settings.DATA_DIR = tmp_path
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"port {settings.PORT}: .*PORT={settings.PORT + 1} make run"):
            call_command("up")


def test_the_demo_is_loaded_until_it_was_and_never_again(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    loaded = []
    monkeypatch.setattr(up, "call_command", lambda name, **options: loaded.append(name))
    command = up.Command()
    assert command._demo() == []
    (tmp_path / "demo-pending").touch()
    [child] = command._demo()
    assert child.once
    command.handle(only_load_demo=True)
    assert loaded == ["demo"]
    assert command._demo() == []
