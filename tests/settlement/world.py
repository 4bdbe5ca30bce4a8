"""One brand's world for a settlement test: its plans, an operator's tariff and station, drivers' grants and sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrReceipt
from roamgrid.core.locations import service as locations
from roamgrid.core.sessions import grants
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import Grant, Pins, Stream
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tokens.reference import References
from roamgrid.extensions import load_registry
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.plans import service as plans
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from roamgrid.settlement.receipts import service as receipts
from roamgrid.settlement.receipts.models import Receipt
from roamgrid.settlement.settle.models import Disposition
from roamgrid.settlement.settle.service import Settler
from roamgrid.tenancy import declaration
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import DeclaredPlan, TenantDeclaration
from tests import builders
from tests.builders import NOON, OPERATOR, SOURCE
from tests.conftest import ROOT

DRIVER = UUID("00000000-0000-7000-8000-0000000000d1")
RULES = "eu_afir-1.0+nl-1.0"
PASS_THROUGH = DeclaredPlan(
    code="ad-hoc", name="Pay as you go", kind="pass_through", stream="ad_hoc", default=True, session_fee=Decimal("0.35")
)
FIXED = DeclaredPlan(
    code="flat", name="One price", kind="fixed_per_kwh", stream="subscription", per_kwh=Decimal("0.52"), hold=Decimal(75)
)


def declared(slug: str = "voltara", *declared_plans: DeclaredPlan) -> TenantDeclaration:
    """A brand as its folder declares it, with these plans."""
    brand = declaration.load(ROOT / "tenants" / slug)
    return brand.model_copy(update={"plans": declared_plans or (PASS_THROUGH, FIXED)})


def plan(**changes: Any) -> PlanVersion:
    """A pass-through plan without fees."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "code": "p",
        "name": "P",
        "kind": PlanKind.PASS_THROUGH,
        "stream": Stream.AD_HOC,
        "per_kwh": None,
        "session_fee": Decimal(0),
        "per_kwh_fee": Decimal(0),
        "partner_fees": {},
        "hold": Decimal(50),
        "currency": "EUR",
        "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return PlanVersion(**{**fields, **changes})


async def dutch_rules(_ctx: TenantContext) -> tuple[str, ...]:
    """What a brand in the Netherlands chooses."""
    return ("eu_afir", "nl")


REFERENCES = References(b"the deployment's key in tests")
SETTLER = Settler(load_registry(), dutch_rules, REFERENCES)


@dataclass(frozen=True, slots=True)
class World:
    """One brand and what happens to it."""

    database: Database
    ctx: TenantContext
    settler: Settler = SETTLER

    async def prepare(
        self, *declared_plans: DeclaredPlan, tariff: Tariff | None = None, location: Location | None = None
    ) -> None:
        """Apply the plans; store the operator's tariff and station."""
        async with self.database.orm(self.ctx) as work:
            await plans.apply(work, declared(self.ctx.tenant, *declared_plans))
        async with self.database.work(self.ctx) as work:
            await tariffs.put(work, SOURCE, builders.received(tariff or builders.tariff()))
            await locations.apply_page(work, SOURCE, [builders.received(location or builders.location())])

    async def plan(self, code: str) -> PlanVersion:
        """The version that holds now."""
        async with self.database.orm(self.ctx) as work:
            return await plans.by_code(work, code)

    async def grant(self, reference: str = "REF1", *, plan: str = "ad-hoc", tariff: str | None = "T1", **changes: Any) -> Grant:
        """A driver took an offer: the versions are pinned."""
        version = await self.plan(plan)
        async with self.database.work(self.ctx) as work:
            live = await tariffs.current(work, SOURCE, OPERATOR, [tariff] if tariff else [])
            pins = Pins(version.id, RULES, live[0].id if live else None)
            fields: dict[str, Any] = {
                "reference": reference,
                "source": SOURCE,
                "driver_id": DRIVER,
                "token_uid": "TOKEN1",
                "stream": version.stream,
                "pins": pins,
                "created_at": NOON,
            }
            grant = Grant(**{**fields, **changes})
            await grants.add(work, grant)
        return grant

    async def session(self, session_id: str = "S1", **changes: Any) -> None:
        """The operator reported a session."""
        async with self.database.work(self.ctx) as work:
            await sessions.put(work, SOURCE, builders.session(session_id, **changes), b"{}")

    async def receive(self, cdr: Cdr) -> CdrReceipt:
        """The operator posted a CDR."""
        async with self.database.work(self.ctx) as work:
            return await cdrs.receive(work, SOURCE, new_id(), builders.received(cdr))

    async def settle(self, cdr: UUID) -> Disposition:
        """Settle a stored CDR."""
        async with self.database.orm(self.ctx) as work:
            return await self.settler.settle(work, cdr)

    async def charge(self, cdr: Cdr) -> Disposition:
        """A CDR from post to disposition."""
        return await self.settle((await self.receive(cdr)).id)

    async def receipts(self) -> list[Receipt]:
        """The driver's receipts, newest first."""
        async with self.database.orm(self.ctx) as work:
            return await receipts.for_driver(work, DRIVER, 100)

    async def journal(self) -> dict[str, list[tuple[str, Decimal]]]:
        """Postings by the kind of their entry."""
        rows = await self.rows(
            "select kind, account, amount from posting p join journal_entry e on e.id = p.entry order by at, position"
        )
        booked: dict[str, list[tuple[str, Decimal]]] = {}
        for row in rows:
            booked.setdefault(row["kind"], []).append((row["account"], row["amount"]))
        return booked

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """What a statement finds, as the brand sees it."""
        async with self.database.work(self.ctx) as work:
            return list(await (await work.conn.execute(statement.encode())).fetchall())

    async def events(self, type_: str) -> list[str]:
        """Payloads in the outbox, of one type and this brand."""
        async with self.database.platform() as conn:
            query = "select payload from platform.outbox where type = %s and tenant = %s order by id"
            return [row["payload"] for row in await (await conn.execute(query, (type_, self.ctx.tenant))).fetchall()]
