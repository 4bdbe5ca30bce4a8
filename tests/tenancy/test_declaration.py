"""A brand is declared; what is wrong is said with file and field."""

from pathlib import Path

import pytest

from roamgrid.kernel.errors import Invalid
from roamgrid.tenancy import declaration
from roamgrid.tenancy.declaration import TenantDeclaration
from roamgrid.tenancy.naming import RoleNames, slug

TENANT = """
name = "Acme"
hosts = ["Acme.Localhost"]
locales = ["nl-NL"]
currency = "EUR"
country = "nl"
jurisdictions = ["eu_afir"]
[[parties]]
country_code = "NL"
party_id = "acm"
name = "Acme"
[theme]
primary = "#0B6E4F"
accent = "#f2c14e"
logo_text = "acme"
"""
PLAN = 'code = "adhoc"\nname = "Ad hoc"\nkind = "pass_through"\nstream = "ad_hoc"\ndefault = true\nsession_fee = 0.35\n'


def write(folder: Path, tenant: str = TENANT, **plans: str) -> Path:
    """A brand's folder."""
    (folder / "acme" / "plans").mkdir(parents=True)
    (folder / "acme" / "tenant.toml").write_text(tenant)
    for name, text in (plans or {"adhoc": PLAN}).items():
        (folder / "acme" / "plans" / f"{name}.toml").write_text(text)
    return folder / "acme"


def test_a_brand_is_read_with_exact_amounts_and_tidy_names(tmp_path: Path) -> None:
    brand = declaration.load(write(tmp_path))
    assert (brand.slug, brand.hosts, brand.country, brand.parties[0].party_id) == ("acme", ("acme.localhost",), "NL", "ACM")
    assert str(brand.plans[0].session_fee) == "0.35"
    assert declaration.load_all(tmp_path) == [brand]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('currency = "EUR"', 'currency = "EUX"', "tenant.toml: currency: Value error, 'EUX' is not an ISO 4217 currency"),
        ('country = "nl"', 'country = "Netherlands"', "tenant.toml: country: "),
        ('party_id = "acm"', 'party_id = "ac"', "tenant.toml: parties.0.party_id: "),
        ('primary = "#0B6E4F"', 'primary = "green"', "tenant.toml: theme.primary: "),
        ('hosts = ["Acme.Localhost"]', 'hosts = ["a b"]', "tenant.toml: hosts.0: "),
        (
            'hosts = ["Acme.Localhost"]',
            'hosts = ["a.localhost", "A.localhost"]',
            "tenant.toml: hosts: Value error, says one thing twice",
        ),
        ('name = "Acme"\nhosts', "hosts", "tenant.toml: name: Field required"),
        ('country = "nl"', 'country = "nl"\ncolour = "red"', "tenant.toml: colour: Extra inputs are not permitted"),
        ('country = "nl"', 'country = "nl"\nslug = "other"', "tenant.toml: slug: leave it out"),
        ('country = "nl"', "country = nl", "tenant.toml is not TOML: "),
    ],
)
def test_a_mistake_is_named_by_file_and_field(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert old in TENANT
    with pytest.raises(Invalid) as caught:
        declaration.load(write(tmp_path, TENANT.replace(old, new, 1)))
    assert place in caught.value.message


@pytest.mark.parametrize(
    ("plans", "place"),
    [
        ({"a": PLAN, "b": PLAN.replace("pass_through", "free")}, "b.toml: kind: "),
        ({"a": PLAN.replace("0.35", "-0.35")}, "a.toml: session_fee: "),
        ({"a": PLAN.replace("pass_through", "fixed_per_kwh")}, "a.toml: Value error, kind fixed_per_kwh needs per_kwh"),
        ({"a": PLAN.replace("default = true\n", "")}, "plans: exactly one plan must say default = true"),
        ({"a": PLAN, "b": PLAN.replace("default = true\n", "")}, "plans: two plans have the same code"),
    ],
)
def test_a_mistake_in_a_plan_names_the_plans_file(tmp_path: Path, plans: dict[str, str], place: str) -> None:
    with pytest.raises(Invalid) as caught:
        declaration.load(write(tmp_path, **plans))
    assert place in caught.value.message


def test_a_folder_without_brands_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="ROAMGRID_TENANTS_DIR"):
        declaration.load_all(tmp_path)
    with pytest.raises(Invalid, match=r"tenant\.toml does not exist"):
        declaration.load(tmp_path / "nobody")


@pytest.mark.parametrize("name", ["", "a", "A", "1a", "a_b", "a b", "a" * 31, "a;drop", 'a"'])
def test_a_name_that_could_be_anything_else_is_no_slug(name: str) -> None:
    with pytest.raises(Invalid):
        slug(name)


def test_roles_carry_the_databases_name() -> None:
    roles = RoleNames.of("postgresql://somebody@localhost/cell_eu?sslmode=disable")
    assert roles.binding(slug("volt-ara")).role == "cell_eu.t_volt_ara"
    assert (roles.platform, roles.tenants, roles.authorize) == ("cell_eu.platform", "cell_eu.tenants", "cell_eu.authorize")


@pytest.mark.parametrize("url", ["postgresql://localhost", "postgresql://localhost/", 'postgresql://localhost/a"b'])
def test_an_address_must_name_a_plain_database(url: str) -> None:
    with pytest.raises(Invalid, match="DATABASE_URL"):
        RoleNames.of(url)


def test_the_shipped_brands_are_valid() -> None:
    brands = declaration.load_all(Path(__file__).parents[2] / "tenants")
    assert all(isinstance(brand, TenantDeclaration) for brand in brands)
    assert {brand.slug for brand in brands} == {"voltara", "kilowind"}


def test_a_party_serves_drivers_unless_it_says_what_else_it_does(tmp_path: Path) -> None:
    assert [party.roles for party in declaration.load(write(tmp_path / "a")).parties] == [("EMSP",)]
    both = TENANT.replace('party_id = "acm"', 'party_id = "acm"\nroles = ["emsp", "CPO"]')
    assert [party.roles for party in declaration.load(write(tmp_path / "b", both)).parties] == [("EMSP", "CPO")]


@pytest.mark.parametrize("roles", ["[]", '["HUB"]', '["CPO", "cpo"]', '"CPO"'])
def test_roles_that_a_party_cannot_have_are_refused(tmp_path: Path, roles: str) -> None:
    with pytest.raises(Invalid, match=r"parties\.0\.roles"):
        declaration.load(write(tmp_path, TENANT.replace('party_id = "acm"', f'party_id = "acm"\nroles = {roles}')))


def test_optional_modules_are_off_unless_they_are_named(tmp_path: Path) -> None:
    assert declaration.load(write(tmp_path / "none")).ocpi.modules == ()
    some = TENANT + '[ocpi]\nmodules = ["bookings", "invoicereconciliation"]\n'
    assert declaration.load(write(tmp_path / "some", some)).ocpi.modules == ("bookings", "invoicereconciliation")


@pytest.mark.parametrize("modules", ['["parking"]', '["bookings", "bookings"]'])
def test_a_module_that_there_is_not_or_that_is_named_twice_is_an_error(tmp_path: Path, modules: str) -> None:
    with pytest.raises(Invalid, match="modules"):
        declaration.load(write(tmp_path, TENANT + f"[ocpi]\nmodules = {modules}\n"))
