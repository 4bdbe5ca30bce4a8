"""The embedded PostgreSQL and Redis, for real: what one sees when starting, stopping and starting again."""

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from roamgrid.kernel.embedded import AlreadyRunning, EmbeddedServices, ServiceUrls, find_running
from tests.embedded.world import Owner, ask, remember, remembered, servers_of


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    assert servers_of(folder) == [], "a test left servers behind"


def test_both_servers_answer_on_loopback_only(data_dir: Path) -> None:
    with EmbeddedServices(data_dir, durable=False) as urls:
        assert ask(urls, "select inet_server_addr()::text") == "127.0.0.1/32"
        assert ask(urls, "show listen_addresses") == "127.0.0.1"
        with redis.Redis.from_url(urls.redis_url) as client:
            assert client.config_get("bind") == {"bind": "127.0.0.1"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("server_version_num", "180004"),
        ("max_locks_per_transaction", "256"),
        ("max_connections", "200"),
        ("fsync", "on"),
        ("shared_buffers", "256MB"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("timezone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_postgres_runs_with_the_settings_that_the_design_asks_for(
    durable_services: ServiceUrls, setting: str, value: str
) -> None:
    assert ask(durable_services, f"show {setting}") == value


def test_text_sorts_the_same_on_every_machine(durable_services: ServiceUrls) -> None:
    locale = "select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'roamgrid'"
    assert ask(durable_services, locale) == "b C.UTF-8"


def test_the_account_is_no_superuser_but_can_make_roles_and_databases(durable_services: ServiceUrls) -> None:
    what = "select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
    with psycopg.connect(durable_services.database_url) as connection:
        assert connection.execute(what).fetchone() == (False, True, True)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("appendonly", "yes"), ("appendfsync", "everysec"), ("maxmemory-policy", "noeviction"), ("protected-mode", "yes")],
)
def test_redis_keeps_what_it_is_given(durable_services: ServiceUrls, setting: str, value: str) -> None:
    with redis.Redis.from_url(durable_services.redis_url) as client:
        assert client.config_get(setting) == {setting: value}


def test_other_users_of_the_machine_cannot_log_in(durable_services: ServiceUrls) -> None:
    without = psycopg.conninfo.make_conninfo(durable_services.database_url, password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(without)
    host_and_port = durable_services.redis_url.partition("@")[2]
    with redis.Redis.from_url(f"redis://{host_and_port}") as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_password_is_readable_by_the_owner_only(data_dir: Path) -> None:
    with EmbeddedServices(data_dir, durable=False) as urls:
        secret = psycopg.conninfo.conninfo_to_dict(urls.database_url)["password"]
        assert isinstance(secret, str)
        mode = (data_dir / "services.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
        for process in servers_of(data_dir):
            assert secret not in " ".join(process.cmdline())


def test_sqlalchemy_takes_the_url_too(durable_services: ServiceUrls) -> None:
    engine = create_engine(durable_services.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert connection.execute(text("select 1 + 1")).scalar_one() == 2
    engine.dispose()


def test_data_and_addresses_survive_a_restart(data_dir: Path) -> None:
    with EmbeddedServices(data_dir, durable=False) as before:
        remember(before, "tea")
    with EmbeddedServices(data_dir, durable=False) as after:
        assert after == before
        assert remembered(after) == ("tea", "tea")


def test_starting_twice_changes_nothing(data_dir: Path) -> None:
    services = EmbeddedServices(data_dir, durable=False)
    first = services.start()
    pids = {process.pid for process in servers_of(data_dir)}
    assert services.start() == first
    assert {process.pid for process in servers_of(data_dir)} == pids
    services.stop()
    services.stop()


def test_each_server_can_go_away_and_come_back_at_the_same_address(data_dir: Path) -> None:
    services = EmbeddedServices(data_dir, durable=False)
    with services as urls:
        remember(urls, "tea")
        services.stop_postgres()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(urls.database_url)
        services.start_postgres()
        services.stop_redis()
        with redis.Redis.from_url(urls.redis_url) as client, pytest.raises(redis.ConnectionError):
            client.ping()
        services.start_redis()
        services.restart_postgres()
        services.restart_redis()
        assert remembered(urls) == ("tea", "tea")


def test_a_taken_port_is_replaced_at_the_next_start(data_dir: Path, tmp_path: Path) -> None:
    with EmbeddedServices(data_dir, durable=False) as urls:
        remember(urls, "tea")
    with EmbeddedServices(tmp_path / "squatter", durable=False):
        taken = json.loads((tmp_path / "squatter" / "services.json").read_bytes())["postgres_port"]
        state = json.loads((data_dir / "services.json").read_bytes())
        (data_dir / "services.json").write_text(json.dumps(state | {"postgres_port": taken}))
        with EmbeddedServices(data_dir, durable=False) as moved:
            assert f":{taken}/" not in moved.database_url
            assert remembered(moved) == ("tea", "tea")


def test_a_second_instance_on_the_folder_is_told_who_runs(data_dir: Path) -> None:
    with Owner(data_dir) as first, pytest.raises(AlreadyRunning) as refusal:
        EmbeddedServices(data_dir).start()
    assert refusal.value.pid == first.pid
    assert str(refusal.value) == (
        f"Roamgrid already runs on {data_dir} (process {first.pid}). Use that instance, stop it with "
        f"`kill {first.pid}`, or choose another folder with ROAMGRID_DATA_DIR."
    )


def test_another_process_can_find_the_addresses_of_the_one_that_runs(data_dir: Path) -> None:
    assert find_running(data_dir) is None
    with Owner(data_dir) as first:
        assert find_running(data_dir) == first.urls
    assert find_running(data_dir) is None


def test_two_folders_run_side_by_side_and_one_can_be_the_database_of_the_other(data_dir: Path, tmp_path: Path) -> None:
    with EmbeddedServices(data_dir, durable=False) as ours, EmbeddedServices(tmp_path / "b", durable=False) as theirs:
        remember(theirs, "coffee")
        assert remembered(theirs) == ("coffee", "coffee")
        with psycopg.connect(ours.database_url) as connection:
            assert connection.execute("select to_regclass('memo')").fetchone() == (None,)


def test_a_very_long_path_is_no_obstacle(data_dir: Path) -> None:
    deep = data_dir.joinpath(*["a rather long 'folder' name with \"quotes\" and ünïcode"] * 8)
    assert len(str(deep)) > 400
    with EmbeddedServices(deep, durable=False) as urls:
        remember(urls, "tea")
        assert remembered(urls) == ("tea", "tea")
    assert servers_of(deep) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_servers_end_with_the_process_that_owns_them(data_dir: Path, number: signal.Signals) -> None:
    owner = Owner(data_dir)
    assert len(servers_of(data_dir)) > 0
    owner.end(number)
    assert servers_of(data_dir) == []


def test_a_fork_of_the_owner_does_not_stop_the_servers_when_it_ends(data_dir: Path) -> None:
    services = EmbeddedServices(data_dir, durable=False)
    with services as urls:
        child = os.fork()
        if child == 0:
            services.stop()
            os._exit(0)
        assert os.waitpid(child, 0) == (child, 0)
        assert ask(urls, "select 'here'") == "here"
        with pytest.raises(AlreadyRunning):
            EmbeddedServices(data_dir).start()
