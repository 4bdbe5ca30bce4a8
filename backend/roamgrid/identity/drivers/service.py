"""Sign in without a password, and know who a driver is."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from psycopg.rows import DictRow

from roamgrid.identity.access import AccessTokens, DriverId
from roamgrid.identity.drivers import repository as sql
from roamgrid.identity.drivers.errors import InvalidCode, SandboxOnly, TooManyCodes
from roamgrid.identity.drivers.mail import CodeSender
from roamgrid.identity.drivers.models import CodeRequested, Driver, Email, SignedIn
from roamgrid.kernel.errors import NotFound, Unauthenticated
from roamgrid.kernel.ids import new_id
from roamgrid.kernel.settings import Mode
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

CODE_LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
WINDOW = timedelta(minutes=15)
MAX_REQUESTS = 5
_DIGITS = 6


class SignIn:
    """The sign-in of all brands. `secret` (the deployment's key) peppers the stored hashes of the short codes."""

    def __init__(self, database: Database, tokens: AccessTokens, sender: CodeSender, secret: bytes, mode: Mode) -> None:
        self._database = database
        self._tokens = tokens
        self._sender = sender
        self._pepper = hashlib.sha256(b"sign-in-code" + secret).digest()
        self._mode = mode

    async def request_code(self, ctx: TenantContext, email: str) -> CodeRequested:
        """Send a fresh code; it replaces an older one. Raises `InvalidEmail`, `TooManyCodes`, `MailUnavailable`."""
        address = Email.of(email)
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        now = ctx.clock.now()
        params = {
            "key": address.key,
            "hash": self._hash(ctx, address, code),
            "now": now,
            "expires_at": now + CODE_LIFETIME,
            "window": now - WINDOW,
            "max_requests": MAX_REQUESTS,
        }
        async with self._database.work(ctx) as work:
            stored = await (await work.conn.execute(sql.STORE_CODE, params)).fetchone()
        if stored is None:
            raise TooManyCodes("too many codes were requested for this address")
        return CodeRequested(address.text, now + CODE_LIFETIME, await self._sender.send(ctx, address.text, code))

    async def sign_in(self, ctx: TenantContext, email: str, code: str) -> SignedIn:
        """Exchange a code for an access token; the first sign-in makes the driver. Raises `InvalidEmail`, `InvalidCode`."""
        address = Email.of(email)
        async with self._database.work(ctx) as work:
            driver = await self._signed_in(work, address, code)
        if driver is None:
            raise InvalidCode("this code is not valid", field="code")
        return SignedIn(driver, self._tokens.issue(ctx, driver.id))

    async def developer_token(self, ctx: TenantContext, email: str) -> SignedIn:
        """A token without a code, for developers. Raises `SandboxOnly` outside of sandbox mode, and `InvalidEmail`."""
        if self._mode is not Mode.SANDBOX:
            raise SandboxOnly("developer tokens exist in sandbox mode only")
        address = Email.of(email)
        async with self._database.work(ctx) as work:
            driver = await sign_up(work, address)
        return SignedIn(driver, self._tokens.issue(ctx, driver.id))

    async def _signed_in(self, work: Work, address: Email, code: str) -> Driver | None:
        """None for a wrong code: nothing is raised in here, because the counted try must be committed."""
        params = {"key": address.key, "now": work.ctx.clock.now(), "max_tries": MAX_TRIES}
        row = await (await work.conn.execute(sql.TRY_CODE, params)).fetchone()
        if row is None or not hmac.compare_digest(bytes(row["code_hash"]), self._hash(work.ctx, address, code)):
            return None
        await work.conn.execute(sql.SPEND_CODE, {"key": address.key})
        return await sign_up(work, address)

    def _hash(self, ctx: TenantContext, address: Email, code: str) -> bytes:
        text = "\0".join((ctx.tenant, address.key, code.strip()))
        return hmac.digest(self._pepper, text.encode(errors="replace"), "sha256")


async def driver_of(work: Work, driver: DriverId) -> Driver:
    """The driver behind a verified token. Raises `Unauthenticated` when the account is gone."""
    row = await (await work.conn.execute(sql.DRIVER, {"id": driver})).fetchone()
    if row is None:
        raise Unauthenticated("this account no longer exists")
    return _driver(row)


async def choose_plan(work: Work, driver: DriverId, plan_code: str | None) -> None:
    """Put a driver on a plan of the brand; None: the default plan. Raises `NotFound` for an unknown driver."""
    row = await (await work.conn.execute(sql.CHOOSE_PLAN, {"id": driver, "plan": plan_code})).fetchone()
    if row is None:
        raise NotFound("there is no such driver")


async def sign_up(work: Work, address: Email) -> Driver:
    """The driver with this address, made if there is none. Whoever calls this has made sure that the address may be used."""
    params = {"id": new_id(), "email": address.text, "key": address.key, "now": work.ctx.clock.now()}
    row = await (await work.conn.execute(sql.SIGN_UP, params)).fetchone()
    assert row is not None
    return _driver(row)


def _driver(row: DictRow) -> Driver:
    return Driver(DriverId(row["id"]), row["email"], row["plan_code"], row["locale"], row["created_at"])
