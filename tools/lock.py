"""Write requirements.lock and requirements-dev.lock: `python -m tools.lock [--upgrade]`.

Both are for every supported Python and system at once, carry a hash for every file, and name no index: where packages
come from is each user's own configuration. The development lock holds all of the runtime lock in the same versions.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = "requirements.lock"
DEV = "requirements-dev.lock"


def main(arguments: Sequence[str]) -> int:
    compile_lock(RUNTIME, ["--group", "build"], arguments)
    compile_lock(DEV, ["--group", "dev", "--constraint", RUNTIME], arguments)
    return 0


def compile_lock(name: str, what: Sequence[str], more: Sequence[str]) -> None:
    """Resolve the dependencies of pyproject.toml plus `what`; versions already locked stay unless told to upgrade."""
    for_everyone = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    without_places = ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *what, *more),
            *(*for_everyone, *without_places, "--annotation-style", "line", "--quiet", "--output-file", name),
        ],
        check=True,
        cwd=ROOT,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
