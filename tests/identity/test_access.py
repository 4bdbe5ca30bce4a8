"""Access tokens: good for one driver of one brand, until they expire."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from roamgrid.identity.access import LIFETIME, AccessTokens, DriverId
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.errors import Unauthenticated
from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug

DRIVER = DriverId(UUID("0198c0de-0000-7000-8000-000000000001"))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def brand(slug: str, clock: FixedClock) -> TenantContext:
    return TenantContext(Binding(TenantSlug(slug), f"t_{slug}", slug), clock=clock)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(b"secret")


def test_a_token_names_its_driver(tokens, clock):
    token = tokens.issue(brand("voltara", clock), DRIVER)
    assert tokens.verify(brand("voltara", clock), token.text) == DRIVER
    assert token.expires_at == NOON + LIFETIME


def test_a_token_of_one_brand_is_worth_nothing_at_another(tokens, clock):
    token = tokens.issue(brand("voltara", clock), DRIVER)
    with pytest.raises(Unauthenticated):
        tokens.verify(brand("lumo", clock), token.text)


def test_a_token_expires(tokens, clock):
    ctx = brand("voltara", clock)
    token = tokens.issue(ctx, DRIVER)
    clock.advance(LIFETIME - timedelta(seconds=1))
    assert tokens.verify(ctx, token.text) == DRIVER
    clock.advance(timedelta(seconds=2))
    with pytest.raises(Unauthenticated):
        tokens.verify(ctx, token.text)


def test_a_token_of_another_deployment_is_refused(tokens, clock):
    ctx = brand("voltara", clock)
    foreign = AccessTokens(b"another secret").issue(ctx, DRIVER)
    with pytest.raises(Unauthenticated):
        tokens.verify(ctx, foreign.text)


@pytest.mark.parametrize("text", ["", "nonsense", "a.b.c", "ä.ö.ü", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(tokens, clock, text):
    with pytest.raises(Unauthenticated):
        tokens.verify(brand("voltara", clock), text)


def test_an_unsigned_token_is_refused(tokens, clock):
    ctx = brand("voltara", clock)
    signed = tokens.issue(ctx, DRIVER).text
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        tokens.verify(ctx, f"{header}.{signed.split('.')[1]}.")


def test_two_tokens_of_one_driver_differ(tokens, clock):
    ctx = replace(brand("voltara", clock), actor="anyone")
    assert tokens.issue(ctx, DRIVER).text != tokens.issue(ctx, DRIVER).text
