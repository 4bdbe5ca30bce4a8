"""The locks: complete, hashed, free of addresses, and the same versions for users and developers."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def entries(name: str) -> dict[str, tuple[str, int]]:
    """Package -> (version, number of hashes)."""
    text = (ROOT / name).read_text()
    found = re.findall(r"^([\w.-]+)==([^\s;]+)[^\n]*\n((?: +--hash=sha256:[0-9a-f]{64}.*\n)*)", text, re.MULTILINE)
    return {canonicalize_name(package): (version, hashes.count("--hash")) for package, version, hashes in found}


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    return [Requirement(text) for text in (*project["project"]["dependencies"], *groups["build"])]


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_a_pinned_and_hashed_package(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.lstrip().startswith("#")]
    packages = [line for line in lines if not line.startswith(" ")]
    assert all("==" in line for line in packages)
    assert len(entries(name)) == len(packages)
    assert all(hashes > 0 for _, hashes in entries(name).values())


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_what_the_project_declares_is_locked_in_a_version_that_fits(name: str) -> None:
    locked = entries(name)
    for requirement in declared():
        version, _ = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is locked at {version}"


def test_developers_run_the_versions_that_users_run() -> None:
    users, developers = entries(LOCKS[0]), entries(LOCKS[1])
    assert {package: developers[package] for package in users} == users
