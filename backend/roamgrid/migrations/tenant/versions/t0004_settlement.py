"""Layer 4: plans, dispositions, journal, receipts, payments. The database itself refuses money that does not add up."""

from alembic import op

revision = "t0004"
down_revision = "t0003"
branch_labels = None

_TABLES = (
    """
    create table plan_version (
        id uuid primary key,
        code text not null, name text not null,
        kind text not null check (kind in ('pass_through', 'fixed_per_kwh')),
        stream text not null check (stream in ('ad_hoc', 'subscription', 'b2b')),
        per_kwh numeric, session_fee numeric not null, per_kwh_fee numeric not null, partner_fees jsonb not null,
        hold numeric not null check (hold > 0), currency text not null, recorded_at timestamptz not null,
        check ((kind = 'fixed_per_kwh') = (per_kwh is not null))
    )""",
    """
    create table plan (
        code text primary key,
        current_version uuid not null unique references plan_version,
        is_default boolean not null, withdrawn boolean not null,
        check (not (is_default and withdrawn))
    )""",
    "create unique index plan_default on plan (is_default) where is_default",
    """
    create table journal_entry (
        id uuid primary key,
        kind text not null check (kind in ('receipt', 'wholesale', 'capture')),
        ref text not null, at timestamptz not null,
        unique (kind, ref)
    )""",
    """
    create table posting (
        entry uuid not null references journal_entry, position int not null,
        account text not null, amount numeric not null check (amount <> 0), currency text not null,
        primary key (entry, position)
    )""",
    "create index posting_account on posting (account, currency)",
    """
    create table receipt_series (
        series text primary key,
        issued bigint not null check (issued > 0)
    )""",
    """
    create table receipt (
        id uuid primary key,
        series text not null references receipt_series, sequence bigint not null check (sequence > 0),
        number text not null unique,
        cdr uuid not null unique references cdr, charge_key text not null unique,
        driver_id uuid, authorization_reference text unique,
        stream text not null check (stream in ('ad_hoc', 'subscription', 'b2b')),
        currency text not null, net numeric not null, tax numeric not null,
        tax_percent numeric not null, tax_name text not null,
        gross numeric not null check (gross > 0),
        plan_version uuid not null references plan_version, tariff_version uuid, rule_pack text not null,
        issued_at timestamptz not null,
        started_at timestamptz not null, ended_at timestamptz not null, kwh numeric not null,
        operator text not null, evse_id text, address text not null, city text not null, country text not null,
        unique (series, sequence),
        check (net + tax = gross)
    )""",
    "create index receipt_history on receipt (driver_id, issued_at desc, id desc)",
    """
    create table receipt_line (
        receipt uuid not null references receipt, position int not null,
        component text not null, origin text not null, text text not null,
        quantity numeric not null, unit text not null, unit_price numeric not null, net numeric not null,
        primary key (receipt, position)
    )""",
    """
    create table disposition (
        cdr uuid primary key references cdr,
        state text not null check (state in ('billed', 'exempt', 'disputed', 'error')),
        reason text, verdict text, evidence jsonb not null,
        stream text check (stream in ('ad_hoc', 'subscription', 'b2b')),
        driver_id uuid, authorization_reference text,
        plan_version uuid references plan_version, tariff_version uuid, rule_pack text,
        receipt uuid unique references receipt,
        at timestamptz not null,
        check ((state = 'billed') = (receipt is not null)),
        check ((state = 'billed') = (reason is null))
    )""",
    "create index disposition_reference on disposition (authorization_reference)",
    """
    create table finding (
        id uuid primary key,
        kind text not null, subject text not null, detail jsonb not null, at timestamptz not null,
        unique (kind, subject)
    )""",
    """
    create table payment (
        reference text primary key,
        driver_id uuid not null,
        currency text not null, amount numeric not null check (amount > 0),
        captured numeric not null default 0 check (captured between 0 and amount),
        state text not null check (state in ('requested', 'held', 'captured', 'cancelled', 'failed')),
        provider_ref text unique, failure text,
        created_at timestamptz not null, changed_at timestamptz not null,
        check (state not in ('held', 'captured') or provider_ref is not null),
        check ((state = 'captured') = (captured > 0))
    )""",
    "create index payment_requested on payment (created_at) where state = 'requested'",
    """
    create table payment_customer (
        driver_id uuid primary key,
        provider_ref text not null unique, method text not null, created_at timestamptz not null
    )""",
    """
    create table provider_event (
        id uuid primary key,
        event_id text not null unique, type text not null, raw text not null,
        received_at timestamptz not null, handled_at timestamptz
    )""",
)

_FUNCTIONS = (
    """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception '% is append-only: book a correction instead', tg_table_name using errcode = 'restrict_violation';
    end $$""",
    """
    create function receipt_is_whole(target uuid) returns boolean language sql stable set search_path from current as $$
        select r.net = (select coalesce(sum(l.net), 0) from receipt_line l where l.receipt = r.id)
           and r.gross = (select coalesce(sum(p.amount), 0) from journal_entry e join posting p on p.entry = e.id
                           where e.kind = 'receipt' and e.ref = r.id::text
                             and p.account = 'accounts_receivable' and p.currency = r.currency)
          from receipt r where r.id = target
    $$""",
    """
    create function check_receipt() returns trigger language plpgsql set search_path from current as $$
    declare target uuid := to_jsonb(new) ->> tg_argv[0];
    begin
        if not coalesce(receipt_is_whole(target), false) then
            raise exception 'receipt % differs from its lines or from the journal', target using errcode = 'check_violation';
        end if;
        return null;
    end $$""",
    """
    create function check_entry() returns trigger language plpgsql set search_path from current as $$
    declare target uuid := to_jsonb(new) ->> tg_argv[0];
            entry_kind text; entry_ref text;
    begin
        if not exists (select from posting where entry = target) then
            raise exception 'journal entry % has no postings', target using errcode = 'check_violation';
        end if;
        if exists (select from posting where entry = target group by currency having sum(amount) <> 0) then
            raise exception 'journal entry % does not balance', target using errcode = 'check_violation';
        end if;
        select kind, ref into entry_kind, entry_ref from journal_entry where id = target;
        if entry_kind = 'receipt' and not coalesce(receipt_is_whole(entry_ref::uuid), false) then
            raise exception 'journal entry % differs from its receipt', target using errcode = 'check_violation';
        end if;
        return null;
    end $$""",
)

_TRIGGERS = (
    """create constraint trigger adds_up after insert on journal_entry deferrable initially deferred
        for each row execute function check_entry('id')""",
    """create constraint trigger adds_up after insert on posting deferrable initially deferred
        for each row execute function check_entry('entry')""",
    """create constraint trigger adds_up after insert on receipt deferrable initially deferred
        for each row execute function check_receipt('id')""",
    """create constraint trigger adds_up after insert on receipt_line deferrable initially deferred
        for each row execute function check_receipt('receipt')""",
    "create trigger stays before update or delete on plan_version execute function refuse_change()",
    "create trigger stays before update or delete on journal_entry execute function refuse_change()",
    "create trigger stays before update or delete on posting execute function refuse_change()",
    "create trigger stays before update or delete on receipt execute function refuse_change()",
    "create trigger stays before update or delete on receipt_line execute function refuse_change()",
)

# The tenant's role is named after the database and the schema.
_RIGHTS = """
    do $$
    declare tenant text := current_database() || '.' || current_schema();
    begin
        execute format('revoke update, delete on plan_version, journal_entry, posting, receipt, receipt_line, disposition,
                        finding from %I', tenant);
        execute format('revoke delete on receipt_series, provider_event, payment, plan from %I', tenant);
    end $$"""


def upgrade() -> None:
    for statement in (*_TABLES, *_FUNCTIONS, *_TRIGGERS, _RIGHTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("""
        drop table provider_event, payment_customer, payment, finding, disposition, receipt_line, receipt, receipt_series,
                   posting, journal_entry, plan, plan_version""")
    op.execute("drop function check_entry, check_receipt, receipt_is_whole, refuse_change")
