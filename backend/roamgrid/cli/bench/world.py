"""What is measured against: brands with a registered partner each and ten thousand cards, in a database of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import SecretStr
from sqlalchemy import make_url

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.cli.tenant import apply_declarations
from roamgrid.kernel.crypto import Vault, load_secret_key
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.ids import new_id
from roamgrid.kernel.settings import Settings
from roamgrid.ocpi.connections.model import Connection, Direction
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.ocpi.dialects.dialect import DEFAULT
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy import migrations
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.declaration import DeclaredParty, DeclaredPlan, DeclaredTokens, TenantDeclaration, Theme
from roamgrid.tenancy.naming import slug

PARTNER = "BNC"
"""The operator that charges every brand's drivers, party id NL*BNC."""
CARDS = 10_000
MAIN_VERSION = "2.2.1"
"""What is spoken where versions are not compared."""

_MADE_UP_SECRET = SecretStr("only for measurements")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_ADD_DRIVER = "insert into driver (id, email, email_key, created_at) values (%(driver)s, %(email)s, %(email)s, now())"
_ADD_CARDS = """
insert into token (uid, uid_key, type, country_code, party_id, contract_id, issuer, valid, whitelist, last_updated, driver_id)
select 'CARD' || lpad(n::text, 6, '0'), 'card' || lpad(n::text, 6, '0'), 'RFID', %(country)s, %(party)s,
       'CONTRACT' || n, %(issuer)s, true, 'ALLOWED', now(), %(driver)s
  from generate_series(0, %(count)s::int - 1) as n"""


@dataclass(frozen=True, slots=True)
class Brand:
    """One tenant, and the token with which its partner calls."""

    ctx: TenantContext
    host: str
    party: Party
    connection: Connection
    partner_token: str
    card: str = "CARD000000"
    contract: str = "CONTRACT0"
    partners: Mapping[str, tuple[Connection, str]] = field(default_factory=dict)

    def speaking(self, version: str) -> "Brand":
        """The same brand towards the partner that speaks that OCPI version."""
        connection, token = self.partners[version]
        return replace(self, connection=connection, partner_token=token)


@dataclass(frozen=True, slots=True)
class Cell:
    """A database with its brands, and what a process needs to serve them."""

    urls: ServiceUrls
    settings: Settings
    brands: tuple[Brand, ...]

    def environment(self, port: int = 0) -> dict[str, str]:
        """Settings of a process of this cell, as environment variables."""
        return {
            "DATABASE_URL": self.urls.database_url,
            "REDIS_URL": self.urls.redis_url,
            "ROAMGRID_DATA_DIR": str(self.settings.data_dir),
            "ROAMGRID_SECRET_KEY": _MADE_UP_SECRET.get_secret_value(),
            "ROAMGRID_MODE": "sandbox",
            "ROAMGRID_HOST": "127.0.0.1",
            "ROAMGRID_PORT": str(port),
            "ROAMGRID_LOG_LEVEL": "WARNING",
        }


def declare(number: int) -> TenantDeclaration:
    """The n-th brand; its plan passes the operator's price on, and its cards are shown more often than any driver's."""
    name = f"brand-{number:04}"
    party = _LETTERS[number // 676 % 26] + _LETTERS[number // 26 % 26] + _LETTERS[number % 26]
    return TenantDeclaration(
        slug=name,
        name=name,
        hosts=(f"{name}.localhost",),
        parties=(DeclaredParty(country_code="NL", party_id=party, name=name),),
        theme=Theme(primary="#000000", accent="#ffffff", logo_text=name),
        locales=("en-GB",),
        currency="EUR",
        country="NL",
        jurisdictions=("eu_afir", "nl"),
        plans=(DeclaredPlan(code="standard", name="Standard", kind="pass_through", stream="ad_hoc", default=True),),
        tokens=DeclaredTokens(tries_per_minute=1_000_000),
    )


def prepare(urls: ServiceUrls, settings: Settings, brands: int) -> Settings:
    """Migrate the database and apply that many brands; returns the settings of its processes."""
    settings = settings.model_copy(
        update={"database_url": urls.database_url, "redis_url": urls.redis_url, "secret_key": _MADE_UP_SECRET}
    )
    migrations.migrate(urls.database_url)
    apply_declarations(settings, urls, [declare(number) for number in range(brands)])
    return settings


async def furnish(urls: ServiceUrls, settings: Settings, brands: int, *, cards: int = CARDS) -> Cell:
    """Give every brand a registered partner, a driver and cards."""
    database = Database(urls.database_url)
    await database.open()
    try:
        connections = Connections(Vault(load_secret_key(settings.secret_key, settings.data_dir)))
        made = [await _furnish(database, connections, declare(number), cards) for number in range(brands)]
    finally:
        await database.close()
    return Cell(urls, settings, tuple(made))


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _furnish(database: Database, connections: Connections, declared: TenantDeclaration, cards: int) -> Brand:
    ctx = database.context(slug(declared.slug))
    ours = declared.parties[0]
    party = Party(PartyId(ours.country_code, ours.party_id), Role.EMSP, ours.name)
    async with database.work(ctx) as work:
        partners = {version: await _register(work, connections, declared.slug, version) for version in SPEECHES}
        driver = new_id()
        await work.conn.execute(_ADD_DRIVER, {"driver": driver, "email": "driver@example.org"})
        await work.conn.execute(
            _ADD_CARDS,
            {"country": ours.country_code, "party": ours.party_id, "issuer": ours.name, "driver": driver, "count": cards},
        )
    return Brand(ctx, declared.hosts[0], party, *partners[MAIN_VERSION], partners=partners)


async def _register(work: Work, connections: Connections, brand: str, version: str) -> tuple[Connection, str]:
    """One operator that speaks every version, as three partners."""
    token = f"partner-of-{brand}-{version}"
    made = await connections.add(
        work, name="operator", direction=Direction.THEY_REGISTER, our_token=token, version=version, dialect=DEFAULT
    )
    side = PartnerSide(
        token="unused",
        versions_url="http://127.0.0.1:9/versions",
        version=version,
        endpoints=(),
        roles=(Party(PartyId("NL", PARTNER), Role.CPO, "Operator"),),
    )
    return await connections.register(work, SourceId(made.id), side, our_token=token), token
