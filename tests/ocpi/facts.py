"""Facts that live beside the repository: the specification's own examples and a national feed. Tests skip without them."""

import gzip
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def shared(path: str) -> Path:
    """A file or folder of the facts, or a skip that says what is missing."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {found}, which does not ship with the repository")
    return found


def feed_lines(name: str) -> list[bytes]:
    """The objects of a feed dump, byte for byte."""
    with gzip.open(shared(f"data/nl-ocpi/{name}")) as file:
        return [line.rstrip(b"\n") for line in file]
