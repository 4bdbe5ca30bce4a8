"""Invariants of tenancy, for `roamgrid verify`."""

from roamgrid.kernel.checks import Check
from roamgrid.tenancy.database import Database

# What exists on one side only. The directory says what should be; the catalogues say what is.
_ORPHANS = r"""
with directory as (select slug, schema_name, role_name from platform.tenant)
select 'schema without brand' as kind, nspname::text as name from pg_namespace
 where nspname like 't\_%%' and nspname not in (select schema_name from directory)
union all
select 'brand without schema', slug from directory where schema_name not in (select nspname from pg_namespace)
union all
select 'role without brand', rolname::text from pg_roles
 where starts_with(rolname, current_database() || '.t_') and rolname not in (select role_name from directory)
union all
select 'brand without role', slug from directory where role_name not in (select rolname from pg_roles)
union all
select 'brand without host', slug from directory where slug not in (select slug from platform.tenant_host)
union all
select 'brand without party', slug from directory where slug not in (select slug from platform.tenant_party)
union all
select distinct 'event without brand', tenant from platform.outbox where tenant not in (select slug from directory)
union all
select distinct 'delivery without brand', tenant from platform.inbox where tenant not in (select slug from directory)
union all
select 'brand behind in migrations', slug from platform.tenant where migration_error is not null
 order by 1, 2"""


async def no_orphan_tenant_objects(database: Database) -> Check:
    """Directory, schemas, roles, hosts, parties and events name the same brands."""
    async with database.platform() as conn:
        orphans = await (await conn.execute(_ORPHANS, ())).fetchall()
        row = await (await conn.execute("select count(*) as brands from platform.tenant")).fetchone()
    brands = int(row["brands"]) if row else 0
    figures = {"brands": brands, "orphans": len(orphans)}
    if not orphans:
        return Check("no orphan tenant objects", True, f"{brands} brands, nothing left over", figures)
    found = ", ".join(f"{orphan['kind']}: {orphan['name']}" for orphan in orphans[:10])
    return Check("no orphan tenant objects", False, found, figures)
