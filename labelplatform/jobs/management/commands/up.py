"""``manage.py up``: migrate, load the demo on the first start, then run the whole site under the supervisor."""

import fcntl
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Tags
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from labelplatform import supervisor
from labelplatform.embedded_broker import BrokerUnavailable, make_private_folder, server_command
from labelplatform.environment import env_flag
from labelplatform.supervisor import PLAN_VARIABLE, Child, Plan

_PORT_WAIT_SECONDS = 5.0  # a site that was just stopped may still be letting go of it
_WORKER_STOP_SECONDS = 30.0  # a slice of a job takes 25 s; one that is cut short is done again
# Where to ask whether the server answers, for hosts that are no address of one machine.
_ADDRESS_OF = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}
# Two processes on two cores gain nothing from BLAS threads. The rest has glibc give memory back after a training;
# with thresholds of 4 MB that costs 5 % of scoring a pool, with 256 kB it was 30 %.
_THRIFT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "4194304",
    "MALLOC_MMAP_THRESHOLD_": "4194304",
}
_DEMO_PENDING = "demo-pending"
_DEMO_SIGN_INS = "demo-sign-ins.txt"


class Command(BaseCommand):
    help = "Start the site: broker (unless REDIS_URL is set), web server, worker and beat. Ctrl-C stops all of it."
    # All but the checks of addresses: they import every page, as the web server then does again.
    requires_system_checks = [Tags.caches, Tags.database, Tags.files, Tags.models, Tags.security, Tags.templates]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only-load-demo", action="store_true", help="a step of the first start, run by itself")

    def handle(self, *args: Any, only_load_demo: bool, **options: Any) -> None:
        if only_load_demo:
            self._load_demo()
            return
        self._lock_data_dir()
        self._refuse_taken_port()
        try:
            self._migrate()
            self._become_supervisor(self._plan())
        except OperationalError as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error
        except BrokerUnavailable as error:
            raise CommandError(str(error)) from error

    def _lock_data_dir(self) -> None:
        """Hold a lock that lives as long as this process, so also as the supervisor it becomes."""
        path = settings.DATA_DIR / "up.lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"This site is running already: {path.read_text().strip() or 'it is just starting'}. "
                f"For a second one, choose another folder and port: DATA_DIR=var2 PORT={settings.PORT + 1} make run"
            ) from error
        os.ftruncate(lock, 0)
        os.write(lock, f"process {os.getpid()}, {settings.SITE_URL}, data in {settings.DATA_DIR}\n".encode())
        os.set_inheritable(lock, True)

    def _refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        deadline = time.monotonic() + _PORT_WAIT_SECONDS
        while True:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((settings.HOST, settings.PORT))
                    return
                except OSError as error:
                    if time.monotonic() > deadline:
                        raise CommandError(
                            f"Cannot listen on {settings.HOST}, port {settings.PORT}: {error.strerror}. "
                            f"Choose another port: PORT={settings.PORT + 1} make run"
                        ) from error
            time.sleep(0.2)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if not executor.loader.applied_migrations and self._wants_demo:
            self._demo_marker.touch()
        self.stdout.write("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)

    @property
    def _demo_marker(self) -> Path:
        """Stands from before the first migration until the demo is loaded, whatever happens in between."""
        return settings.DATA_DIR / _DEMO_PENDING

    @property
    def _wants_demo(self) -> bool:
        return env_flag("DEMO", default=True)

    def _load_demo(self) -> None:
        try:
            call_command("demo", stdout=self.stdout)
        except CommandError as error:
            raise CommandError(f"{error}\nThe next start tries again. Without the demo: DEMO=0 make run") from error
        self._demo_marker.unlink(missing_ok=True)

    def _plan(self) -> Plan:
        return Plan(
            children=[*self._broker(), *self._demo(), *self._servers()],
            log_folder=str(settings.DATA_DIR / "logs"),
            announcement=self._announcement(),
            announcement_file=str(settings.DATA_DIR / _DEMO_SIGN_INS),
        )

    def _announcement(self) -> str:
        lines = [
            "",
            f"The site is ready: {settings.SITE_URL}",
            f"Its data and logs are in {settings.DATA_DIR}. Ctrl-C stops it.",
        ]
        if not self._demo_marker.exists() and not get_user_model().objects.exists():
            lines.append(f"Nobody can sign in yet: {sys.executable} manage.py create_user YOUR@ADDRESS --site-admin")
        return "\n".join(lines)

    def _broker(self) -> list[Child]:
        if settings.REDIS_URL:
            return []
        folder = settings.DATA_DIR / "broker"
        make_private_folder(folder)
        make_private_folder(settings.BROKER_SOCKET.parent)
        command = server_command(socket=settings.BROKER_SOCKET, folder=folder)
        return [Child(name="broker", command=command, probe=f"unix://{settings.BROKER_SOCKET}", stops_last=True)]

    def _demo(self) -> list[Child]:
        if not (self._wants_demo and self._demo_marker.exists()):
            return []
        command = [sys.executable, "manage.py", "up", "--only-load-demo"]
        return [Child(name="Loading the demo", command=command, once=True)]

    def _servers(self) -> list[Child]:
        address = _ADDRESS_OF.get(settings.HOST, settings.HOST)
        return [
            Child(
                name="web server",
                command=[sys.executable, "-m", "labelplatform.webserver"],
                probe=f"http://{address}:{settings.PORT}/",
            ),
            Child(
                name="worker",
                command=[sys.executable, "-m", "labelplatform.worker"],
                stop_seconds=_WORKER_STOP_SECONDS,
            ),
            Child(name="beat", command=[sys.executable, "-m", "labelplatform.beat"]),
        ]

    def _become_supervisor(self, plan: Plan) -> NoReturn:
        os.chdir(settings.BASE_DIR)
        environment = os.environ | {"DATA_DIR": str(settings.DATA_DIR), PLAN_VARIABLE: plan.to_json()}
        environment = _THRIFT | environment
        # -P: the script's own folder must not be searched for modules, it holds a celery.py
        os.execve(sys.executable, [sys.executable, "-P", str(Path(supervisor.__file__))], environment)
