"""What a deployment decides, and what happens when it decides nothing."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from roamgrid.kernel.clock import FixedClock, SystemClock
from roamgrid.kernel.ids import new_id
from roamgrid.kernel.settings import Mode, Settings
from tests.builders import NOON


def test_without_any_setting_it_is_a_sandbox_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "ROAMGRID_MODE", "ROAMGRID_PUBLIC_URL", "ROAMGRID_PORT", "ROAMGRID_HOST"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings()
    assert (settings.mode, settings.database_url, settings.base_url) == (Mode.SANDBOX, None, "http://127.0.0.1:8080")


def test_the_public_address_carries_no_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROAMGRID_PUBLIC_URL", "https://roam.example/")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/x")
    settings = Settings()
    assert (settings.base_url, settings.database_url) == ("https://roam.example", "postgresql://db/x")


def test_a_wrong_setting_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROAMGRID_PORT", "eighty")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_time_is_aware_and_stands_still_when_told() -> None:
    clock = FixedClock(NOON)
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
