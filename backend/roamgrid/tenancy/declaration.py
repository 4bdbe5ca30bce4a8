"""A brand as declared data: `tenants/<slug>/tenant.toml` and the files beside it."""

import tomllib
from collections.abc import Hashable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from iso4217 import Currency as IsoCurrency
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from roamgrid.kernel.errors import Invalid
from roamgrid.tenancy.naming import slug


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# Not `StringConstraints(to_lower=True)`: that would hold the pattern against the text as it was written.
Host = Annotated[str, BeforeValidator(_lower), StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
Country = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z]{2}$")]
PartyCode = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z0-9]{3}$")]
Colour = Annotated[str, BeforeValidator(_lower), StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
PartyRole = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^(EMSP|CPO)$")]
Fee = Annotated[Decimal, Field(ge=0)]


T = TypeVar("T", bound=Hashable)


def _iso_currency(code: str) -> str:
    try:
        return str(IsoCurrency(code).code)
    except ValueError:
        raise ValueError(f"{code!r} is not an ISO 4217 currency") from None


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("says one thing twice")
    return values


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeclaredParty(_Declared):
    """A party id under which the brand roams, and as what: EMSP (serves drivers), CPO (operates stations), or both."""

    country_code: Country
    party_id: PartyCode
    name: str
    roles: Annotated[tuple[PartyRole, ...], Field(min_length=1), AfterValidator(_distinct)] = ("EMSP",)


class Theme(_Declared):
    """What makes the brand look like itself."""

    primary: Colour
    accent: Colour
    logo_text: str


class DeclaredPlan(_Declared):
    """A retail price plan; its versions are immutable, a changed declaration is a new version.

    `kind` pass_through: the operator's price plus `session_fee` (net) and `per_kwh_fee` (net), keyed by partner where
    `partner_fees` says so. `kind` fixed_per_kwh: `per_kwh` (net), whatever the operator asks.
    """

    code: str
    name: str
    kind: Annotated[str, StringConstraints(pattern=r"^(pass_through|fixed_per_kwh)$")]
    stream: Annotated[str, StringConstraints(pattern=r"^(ad_hoc|subscription|b2b)$")]
    default: bool = False
    per_kwh: Fee | None = None
    session_fee: Fee = Decimal(0)
    per_kwh_fee: Fee = Decimal(0)
    partner_fees: dict[str, Fee] = Field(default_factory=dict)
    hold: Fee = Decimal(50)

    @model_validator(mode="after")
    def _fixed_price_is_stated(self) -> Self:
        if self.kind == "fixed_per_kwh" and self.per_kwh is None:
            raise ValueError("kind fixed_per_kwh needs per_kwh")
        return self


class DeclaredTokens(_Declared):
    """Which operators may accept the brand's cards without asking, and how much use of a token is believable.

    `whitelist` by token type; tokens that must be asked for in real time (app, vehicle) are NEVER whatever is declared.
    A limit is switched off by saying `"off"`: tries per minute and token; km/h between the places of two authorizations;
    sessions that run elsewhere while the token is shown.
    """

    whitelist: dict[Literal["RFID", "OTHER"], Literal["ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER"]] = Field(
        default_factory=dict
    )
    tries_per_minute: Annotated[int, Field(ge=1)] | Literal["off"] = 20
    max_speed_kmh: Annotated[int, Field(ge=50)] | Literal["off"] = 500
    parallel_sessions: Annotated[int, Field(ge=1)] | Literal["off"] = 3


class DeclaredOcpi(_Declared):
    """The optional modules of OCPI 2.3.0 that the brand takes part in; what is not named is not announced and not answered."""

    modules: Annotated[tuple[Literal["payments", "bookings", "invoicereconciliation"], ...], AfterValidator(_distinct)] = ()


class TenantDeclaration(_Declared):
    """Everything that a brand declares about itself."""

    slug: str
    name: str
    hosts: Annotated[tuple[Host, ...], Field(min_length=1), AfterValidator(_distinct)]
    parties: Annotated[tuple[DeclaredParty, ...], Field(min_length=1), AfterValidator(_distinct)]
    theme: Theme
    locales: tuple[str, ...] = Field(min_length=1)
    currency: Annotated[str, AfterValidator(_iso_currency)]
    country: Country
    zone: str = "eu"
    jurisdictions: tuple[str, ...] = Field(min_length=1)
    plans: tuple[DeclaredPlan, ...] = Field(min_length=1)
    tokens: DeclaredTokens = DeclaredTokens()
    ocpi: DeclaredOcpi = DeclaredOcpi()


def load(folder: Path) -> TenantDeclaration:
    """Read `tenant.toml` and `plans/*.toml`; the folder's name is the slug. Raises `Invalid` that names file and field."""
    slug(folder.name)
    file = folder / "tenant.toml"
    document = _read(file)
    for elsewhere, place in (("slug", "the folder's name is the slug"), ("plans", "plans are files in the folder plans/")):
        if elsewhere in document:
            raise Invalid(f"{file}: {elsewhere}: leave it out, {place}", field=elsewhere)
    plans = sorted((folder / "plans").glob("*.toml"))
    try:
        declaration = TenantDeclaration.model_validate(
            {**document, "slug": folder.name, "plans": [_read(path) for path in plans]}
        )
    except ValidationError as error:
        raise _named(error, file, plans) from None
    if sum(plan.default for plan in declaration.plans) != 1:
        raise Invalid(f"{folder / 'plans'}: exactly one plan must say default = true", field="plans")
    codes = [plan.code for plan in declaration.plans]
    if len(set(codes)) < len(codes):
        raise Invalid(f"{folder / 'plans'}: two plans have the same code", field="code")
    return declaration


def _named(error: ValidationError, file: Path, plans: Sequence[Path]) -> Invalid:
    """The first mistake, with the file that a person has to open."""
    first = error.errors()[0]
    match first["loc"]:
        case ("plans", int(number), *rest):
            file = plans[number]
            parts: Sequence[object] = rest
        case parts:
            pass
    place = ".".join(str(part) for part in parts)
    return Invalid(f"{file}: {place}: {first['msg']}" if place else f"{file}: {first['msg']}", field=place or None)


def load_all(folder: Path) -> list[TenantDeclaration]:
    """Every brand under `folder`. Raises `Invalid` when there is none."""
    found = [load(path.parent) for path in sorted(folder.glob("*/tenant.toml"))]
    if not found:
        raise Invalid(f"no tenants/<slug>/tenant.toml under {folder}: set ROAMGRID_TENANTS_DIR or pass a folder")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file, parse_float=Decimal)
    except FileNotFoundError:
        raise Invalid(f"{path} does not exist") from None
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path} is not TOML: {error}") from None
