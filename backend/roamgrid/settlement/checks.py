"""The invariants of money, as questions to the database: what `roamgrid verify` asks of every brand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from roamgrid.kernel.checks import Check
from roamgrid.tenancy.database import Work

_DISPOSITIONS = """
select count(*) as cdrs,
       count(*) filter (where d.state = 'billed') as billed, count(*) filter (where d.state = 'exempt') as exempt,
       count(*) filter (where d.state = 'disputed') as disputed, count(*) filter (where d.state = 'error') as error,
       count(*) filter (where d.cdr is null) as pending,
       count(*) filter (where d.cdr is null and c.received_at < %(before)s) as overdue,
       (select count(*) from disposition o where not exists (select from cdr where cdr.id = o.cdr)) as orphans
  from cdr c left join disposition d on d.cdr = c.id"""

_JOURNAL = """
select (select count(*) from journal_entry) as entries, (select count(*) from posting) as postings,
       (select count(*) from (select from posting group by currency having sum(amount) <> 0) x) as currencies_off,
       (select count(*) from (select from posting group by entry, currency having sum(amount) <> 0) x) as entries_off,
       (select count(*) from journal_entry e where not exists (select from posting p where p.entry = e.id)) as entries_empty,
       (select count(*) from posting p where not exists (select from journal_entry e where e.id = p.entry)) as postings_lost"""

_RECEIPTS = """
with sums as (
    select r.id, r.net, r.tax, r.gross,
           (select coalesce(sum(l.net), 0) from receipt_line l where l.receipt = r.id) as lines,
           (select coalesce(sum(p.amount), 0) from journal_entry e join posting p on p.entry = e.id and p.currency = r.currency
             where e.kind = 'receipt' and e.ref = r.id::text and p.account = 'accounts_receivable') as receivable,
           (select coalesce(-sum(p.amount), 0) from journal_entry e join posting p on p.entry = e.id and p.currency = r.currency
             where e.kind = 'receipt' and e.ref = r.id::text and p.account = 'revenue:' || r.stream) as revenue,
           (select coalesce(-sum(p.amount), 0) from journal_entry e join posting p on p.entry = e.id and p.currency = r.currency
             where e.kind = 'receipt' and e.ref = r.id::text and p.account = 'vat_payable') as vat
      from receipt r)
select count(*) as receipts,
       count(*) filter (where lines <> net or net + tax <> gross) as lines_off,
       count(*) filter (where receivable <> gross or revenue <> net or vat <> tax) as journal_off,
       (select count(*) from journal_entry e where e.kind = 'receipt'
           and not exists (select from receipt r where r.id::text = e.ref)) as entries_lost
  from sums"""

_NUMBERS = """
select count(*) as series,
       coalesce(sum(issued), 0)::bigint as issued,
       count(*) filter (where held <> issued or last <> issued or first <> 1) as series_off,
       (select count(*) from receipt r where not exists (select from receipt_series s where s.series = r.series)) as strays
  from (select s.series, s.issued, count(r.id) as held,
               coalesce(max(r.sequence), 0) as last, coalesce(min(r.sequence), 0) as first
          from receipt_series s left join receipt r on r.series = s.series group by s.series, s.issued) x"""

_PAYMENTS = """
select count(*) as payments, count(*) filter (where state = 'captured') as captured,
       count(*) filter (where captured > amount or captured < 0 or (state = 'captured') <> (captured > 0)) as over_captured,
       count(*) filter (where state = 'captured' and captured <> (
           select coalesce(sum(p.amount), 0)
             from journal_entry e join posting p on p.entry = e.id and p.currency = payment.currency
            where e.kind = 'capture' and e.ref = payment.reference and p.account = 'psp_clearing')
           and changed_at < %(before)s) as unbooked
  from payment"""

_BILLED = """
select count(*) filter (where d.state = 'billed') as billed,
       count(*) filter (where d.state = 'billed' and (r.id is null or r.cdr <> d.cdr)) as without_receipt,
       count(*) filter (where d.state <> 'billed' and exists (select from receipt x where x.cdr = d.cdr)) as receipt_unbilled,
       (select count(*) from receipt r where not exists (
           select from disposition d where d.receipt = r.id and d.cdr = r.cdr)) as receipt_undisposed
  from disposition d left join receipt r on r.id = d.receipt"""


_QUESTIONS = (
    ("cdr_coverage", _DISPOSITIONS, ("overdue", "orphans")),
    ("journal_balance", _JOURNAL, ("currencies_off", "entries_off", "entries_empty", "postings_lost")),
    ("receipts_match", _RECEIPTS, ("lines_off", "journal_off", "entries_lost")),
    ("receipt_numbers", _NUMBERS, ("series_off", "strays")),
    ("payments", _PAYMENTS, ("over_captured", "unbooked")),
    ("billed_once", _BILLED, ("without_receipt", "receipt_unbilled", "receipt_undisposed")),
)
"""Name, question, and the figures that must be zero."""


async def verify(work: Work, grace: timedelta = timedelta(minutes=1)) -> list[Check]:
    """Every invariant of one brand. `grace`: how long a CDR may wait to be settled and a captured payment to be booked."""
    params = {"before": work.ctx.clock.now() - grace}
    return [await _ask(work, name, question, breaches, params) for name, question, breaches in _QUESTIONS]


async def _ask(work: Work, name: str, question: str, breaches: Sequence[str], params: Mapping[str, object]) -> Check:
    figures = await (await work.conn.execute(question, params)).fetchone()
    if figures is None:
        raise RuntimeError("an aggregate always has one row")
    broken = [f"{figures[breach]} {breach.replace('_', ' ')}" for breach in breaches if figures[breach]]
    counted = ", ".join(f"{figures[key]} {key.replace('_', ' ')}" for key in figures if key not in breaches)
    return Check(name, not broken, "; ".join(broken) or counted, dict(figures))
