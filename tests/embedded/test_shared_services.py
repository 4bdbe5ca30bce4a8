"""The servers that all workers of a test run share."""

import subprocess
import sys
import time
from pathlib import Path

from tests.embedded.world import servers_of

_WORKER = """
import sys
from pathlib import Path
from tests.services import shared_services
urls = shared_services(Path(sys.argv[1]))
print(urls.database_url, flush=True)
sys.stdin.read()
"""


def worker(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(root)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def wait_until_gone(root: Path) -> None:
    deadline = time.monotonic() + 60
    while servers_of(root) or (root / "data").exists():
        assert time.monotonic() < deadline, "the keeper did not stop the servers"
        time.sleep(0.05)


def test_workers_share_one_pair_until_the_last_of_them_ends_however_it_ends(tmp_path: Path) -> None:
    first, second = worker(tmp_path), worker(tmp_path)
    assert line(first) == line(second) != ""
    postmaster = {process.pid for process in servers_of(tmp_path)}

    first.communicate()
    third = worker(tmp_path)
    assert line(third) != ""
    assert postmaster <= {process.pid for process in servers_of(tmp_path)}

    second.kill()
    third.kill()
    second.communicate()
    third.communicate()
    wait_until_gone(tmp_path)


def test_a_later_run_starts_anew_in_the_same_folder(tmp_path: Path) -> None:
    for _ in range(2):
        process = worker(tmp_path)
        assert line(process).startswith("postgresql://roamgrid:")
        process.communicate()
        wait_until_gone(tmp_path)
