"""Reconcile an invoice with the CDRs that it names (OCPI 2.3.0 edition 2, Invoice Reconciliation module).

A record holds no amounts: the CDRs are summed and compared with the invoice document. Their ids are unique for their operator
only, so the operators that may have issued them are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from roamgrid.canonical.party import PartyId
from roamgrid.core.exchanged import repository as exchanged_sql
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work

_CDRS = """
select lower(c.cdr_id) as key, c.currency, c.total_net, c.kwh
  from cdr c join unnest(%(countries)s::text[], %(parties)s::text[]) as operator (country_code, party_id)
 using (country_code, party_id)
 where lower(c.cdr_id) = any(%(keys)s)"""


@dataclass(frozen=True, slots=True)
class Sum:
    """What the CDRs of one currency come to, net: credits are negative and count as such. `energy` in kWh."""

    currency: str
    net: Decimal
    energy: Decimal
    cdrs: int


@dataclass(frozen=True, slots=True)
class Finding:
    """`missing`: CDRs that the invoice names and we do not hold. `repeated`: those that it names more than once."""

    sums: tuple[Sum, ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every CDR is there once, so that the sums may be held against the invoice."""
        return not self.missing and not self.repeated


async def reconcile(work: Work, operators: Sequence[PartyId], cdr_ids: Sequence[str]) -> Finding:
    """As of now: a CDR that comes later is found the next time."""
    wanted: dict[str, str] = {}
    repeated: list[str] = []
    for cdr_id in cdr_ids:
        if cdr_id.lower() in wanted:
            repeated.append(cdr_id)
        wanted.setdefault(cdr_id.lower(), cdr_id)
    params = {
        "countries": [party.country_code for party in operators],
        "parties": [party.party_id for party in operators],
        "keys": list(wanted),
    }
    rows = await (await work.conn.execute(_CDRS, params)).fetchall()
    held = {row["key"] for row in rows}
    by_currency: dict[str, Sum] = {}
    for row in rows:
        before = by_currency.get(row["currency"], Sum(row["currency"], Decimal(0), Decimal(0), 0))
        by_currency[row["currency"]] = Sum(
            row["currency"], before.net + row["total_net"], before.energy + row["kwh"], before.cdrs + 1
        )
    missing = tuple(cdr_id for key, cdr_id in wanted.items() if key not in held)
    return Finding(tuple(by_currency[code] for code in sorted(by_currency)), missing, tuple(repeated))


async def note(work: Work, record: UUID, finding: Finding) -> None:
    """Keep beside the record what was found when it came."""
    params = {"id": record, "finding": json.encode(finding)}
    await work.conn.execute(exchanged_sql.SET_FINDING, params)
