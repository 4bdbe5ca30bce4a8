"""A brand as declared data: `tenants/<slug>/tenant.toml` and the files beside it."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from roamgrid.kernel.errors import Invalid
from roamgrid.tenancy.naming import slug

Host = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
Country = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Z]{2}$")]
PartyCode = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Z0-9]{3}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$", to_lower=True)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeclaredParty(_Declared):
    """A party id under which the brand roams."""

    country_code: Country
    party_id: PartyCode
    name: str


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
    per_kwh: Decimal | None = None
    session_fee: Decimal = Decimal(0)
    per_kwh_fee: Decimal = Decimal(0)
    partner_fees: dict[str, Decimal] = Field(default_factory=dict)
    hold: Decimal = Decimal(50)


class TenantDeclaration(_Declared):
    """Everything that a brand declares about itself."""

    slug: str
    name: str
    hosts: tuple[Host, ...] = Field(min_length=1)
    parties: tuple[DeclaredParty, ...] = Field(min_length=1)
    theme: Theme
    locales: tuple[str, ...] = Field(min_length=1)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    country: Country
    zone: str = "eu"
    jurisdictions: tuple[str, ...] = Field(min_length=1)
    plans: tuple[DeclaredPlan, ...] = Field(min_length=1)


def load(folder: Path) -> TenantDeclaration:
    """Read `tenant.toml` and `plans/*.toml`. Raises `Invalid` that names file and field."""
    file = folder / "tenant.toml"
    document = _read(file)
    plans = [_read(path) for path in sorted((folder / "plans").glob("*.toml"))]
    try:
        declaration = TenantDeclaration.model_validate({"slug": folder.name, "plans": plans, **document})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{file}: {place}: {first['msg']}", field=place) from None
    slug(declaration.slug)
    if sum(plan.default for plan in declaration.plans) != 1:
        raise Invalid(f"{folder / 'plans'}: exactly one plan must say default = true", field="plans")
    return declaration


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
