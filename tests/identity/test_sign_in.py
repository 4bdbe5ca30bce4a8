"""Passwordless sign-in against a real database, always with two brands."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from roamgrid.identity.access import AccessTokens
from roamgrid.identity.drivers import service
from roamgrid.identity.drivers.errors import InvalidCode, InvalidEmail, MailUnavailable, SandboxOnly, TooManyCodes
from roamgrid.identity.drivers.mail import sender_for
from roamgrid.identity.drivers.service import CODE_LIFETIME, MAX_REQUESTS, MAX_TRIES, WINDOW, SignIn
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.errors import NotFound, Unauthenticated
from roamgrid.kernel.settings import Mode

SECRET = b"a deployment's key for tests only"
ANNA = "Anna@Example.org"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def sign_in_of(database, mode=Mode.SANDBOX):
    return SignIn(database, AccessTokens(SECRET), sender_for(mode), SECRET, mode)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def ctx(brands, clock):
    return replace(brands.voltara, clock=clock)


@pytest.fixture
def sign_in(database):
    return sign_in_of(database)


async def test_a_code_signs_the_driver_in(brands, ctx, sign_in):
    requested = await sign_in.request_code(ctx, ANNA)
    signed_in = await sign_in.sign_in(ctx, ANNA, requested.shown_code)
    assert requested.expires_at == NOON + timedelta(minutes=10)
    assert signed_in.driver.email == ANNA
    assert AccessTokens(SECRET).verify(ctx, signed_in.token.text) == signed_in.driver.id


async def test_the_same_person_is_the_same_driver_whatever_the_case_of_the_address(ctx, sign_in):
    first = await sign_in.sign_in(ctx, ANNA, (await sign_in.request_code(ctx, ANNA)).shown_code)
    second = await sign_in.sign_in(ctx, ANNA.upper(), (await sign_in.request_code(ctx, ANNA.lower())).shown_code)
    assert second.driver == first.driver


async def test_a_code_works_once(ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    await sign_in.sign_in(ctx, ANNA, code)
    with pytest.raises(InvalidCode):
        await sign_in.sign_in(ctx, ANNA, code)


async def test_two_people_racing_with_one_code_get_one_session(ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    outcomes = await asyncio.gather(*(sign_in.sign_in(ctx, ANNA, code) for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvalidCode"] * 3 + ["SignedIn"]


async def test_a_code_of_one_brand_does_not_open_another(brands, ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    with pytest.raises(InvalidCode):
        await sign_in.sign_in(brands.kilowind, ANNA, code)
    assert (await sign_in.sign_in(ctx, ANNA, code)).driver.email == ANNA


async def test_five_wrong_guesses_burn_the_code(ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    for _ in range(MAX_TRIES):
        with pytest.raises(InvalidCode):
            await sign_in.sign_in(ctx, ANNA, wrong(code))
    with pytest.raises(InvalidCode):
        await sign_in.sign_in(ctx, ANNA, code)


async def test_four_wrong_guesses_do_not(ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(InvalidCode):
            await sign_in.sign_in(ctx, ANNA, wrong(code))
    assert (await sign_in.sign_in(ctx, ANNA, code)).driver.email == ANNA


async def test_a_code_expires(ctx, sign_in, clock):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    clock.advance(CODE_LIFETIME)
    with pytest.raises(InvalidCode):
        await sign_in.sign_in(ctx, ANNA, code)


async def test_a_new_code_replaces_the_old_one(ctx, sign_in):
    old = (await sign_in.request_code(ctx, ANNA)).shown_code
    new = (await sign_in.request_code(ctx, ANNA)).shown_code
    if old != new:
        with pytest.raises(InvalidCode):
            await sign_in.sign_in(ctx, ANNA, old)
    assert (await sign_in.sign_in(ctx, ANNA, new)).driver.email == ANNA


async def test_codes_are_rate_limited_per_address(ctx, sign_in, clock):
    for _ in range(MAX_REQUESTS):
        await sign_in.request_code(ctx, ANNA)
    with pytest.raises(TooManyCodes):
        await sign_in.request_code(ctx, ANNA)
    await sign_in.request_code(ctx, "somebody.else@example.org")
    clock.advance(WINDOW)
    await sign_in.request_code(ctx, ANNA)


async def test_a_refused_request_leaves_the_last_code_valid(ctx, sign_in):
    codes = [(await sign_in.request_code(ctx, ANNA)).shown_code for _ in range(MAX_REQUESTS)]
    with pytest.raises(TooManyCodes):
        await sign_in.request_code(ctx, ANNA)
    assert (await sign_in.sign_in(ctx, ANNA, codes[-1])).driver.email == ANNA


async def test_the_code_is_not_stored(database, ctx, sign_in):
    code = (await sign_in.request_code(ctx, ANNA)).shown_code
    async with database.work(ctx) as work:
        row = await (await work.conn.execute("select * from sign_in_code")).fetchone()
    assert code.encode() not in bytes(row["code_hash"])
    assert len(bytes(row["code_hash"])) == 32


@pytest.mark.parametrize("address", ["", "anna", "anna@", "@example.org", "a b@example.org", "a@b", "a@b.c\0", "é@example.org"])
async def test_what_is_no_address_is_refused(ctx, sign_in, address):
    with pytest.raises(InvalidEmail):
        await sign_in.request_code(ctx, address)


async def test_production_refuses_instead_of_promising_an_e_mail(database, ctx):
    with pytest.raises(MailUnavailable):
        await sign_in_of(database, Mode.PRODUCTION).request_code(ctx, ANNA)


async def test_developer_tokens_exist_in_the_sandbox_only(database, ctx, sign_in):
    signed_in = await sign_in.developer_token(ctx, ANNA)
    assert AccessTokens(SECRET).verify(ctx, signed_in.token.text) == signed_in.driver.id
    with pytest.raises(SandboxOnly):
        await sign_in_of(database, Mode.PRODUCTION).developer_token(ctx, ANNA)


async def test_a_driver_of_one_brand_is_nobody_at_another(database, brands, ctx, sign_in):
    driver = (await sign_in.developer_token(ctx, ANNA)).driver
    async with database.work(ctx) as work:
        assert await service.driver_of(work, driver.id) == driver
    async with database.work(brands.kilowind) as work:
        with pytest.raises(Unauthenticated):
            await service.driver_of(work, driver.id)
        with pytest.raises(NotFound):
            await service.choose_plan(work, driver.id, "flat")
    async with database.work(ctx) as work:
        assert (await service.driver_of(work, driver.id)).plan_code is None
