"""After kill -9 of whatever you like, the next start works and nothing acknowledged is lost."""

import signal
from pathlib import Path

import pytest

from roamgrid.kernel.embedded import EmbeddedServices
from tests.embedded.world import Owner, kill_all, remember, remembered, servers_of


def test_everything_killed_at_once_leaves_only_stale_files(tmp_path: Path) -> None:
    owner = Owner(tmp_path, durable=True)
    remember(owner.urls, "tea")
    owner.end(signal.SIGKILL)
    kill_all(tmp_path)
    assert (tmp_path / "postgres" / "postmaster.pid").exists()

    with EmbeddedServices(tmp_path) as urls:
        assert urls == owner.urls
        assert remembered(urls) == ("tea", "tea")


def test_servers_orphaned_by_a_killed_owner_are_replaced(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    remember(owner.urls, "tea")
    owner.end(signal.SIGKILL)
    orphans = {process.pid for process in servers_of(tmp_path)}
    assert orphans

    with EmbeddedServices(tmp_path, durable=False) as urls:
        assert urls == owner.urls
        assert remembered(urls) == ("tea", "tea")
        assert orphans.isdisjoint(process.pid for process in servers_of(tmp_path))
    assert servers_of(tmp_path) == []


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedServices(tmp_path, durable=False) as urls:
        remember(urls, "tea")
        pid_file = (tmp_path / "postgres" / "postmaster.pid").read_text()
        kill_all(tmp_path)
    # In a container that starts again, the old process id soon belongs to somebody else: here to process 1.
    _, rest = pid_file.split("\n", 1)
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"1\n{rest}")

    with EmbeddedServices(tmp_path, durable=False) as urls:
        assert remembered(urls) == ("tea", "tea")


@pytest.mark.parametrize("leftover", ["postgres.new", "services.json.new"])
def test_a_first_start_that_was_cut_short_is_made_again(tmp_path: Path, leftover: str) -> None:
    if leftover == "postgres.new":
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "PG_VERSION").write_text("18\n")
    else:
        (tmp_path / leftover).write_text('{"postgres_')

    with EmbeddedServices(tmp_path, durable=False) as urls:
        remember(urls, "tea")
        assert remembered(urls) == ("tea", "tea")
    assert not (tmp_path / leftover).exists()


def test_a_postmaster_killed_alone_comes_back_at_the_same_address(tmp_path: Path) -> None:
    services = EmbeddedServices(tmp_path, durable=False)
    with services as urls:
        remember(urls, "tea")
        kill_all(tmp_path)
        services.restart_postgres()
        services.restart_redis()
        assert remembered(urls) == ("tea", "tea")
