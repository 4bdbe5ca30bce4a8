"""SQL of the room of charging profiles."""

from psycopg.rows import DictRow

from roamgrid.canonical.charging_profile import ActiveProfile, ChargingProfile, ProfileResponse, ProfileResult
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.charging_profiles.models import ProfileKind, ProfileRow
from roamgrid.kernel import json

_COLUMNS = """
id, kind, source_id, country_code, party_id, session_id, profile, requested_at, deadline, response, result, active, version"""

ADD = """
insert into profile_request (id, kind, source_id, country_code, party_id, session_id, profile, duration_s, requested_at,
                             deadline)
values (%(id)s, %(kind)s, %(source)s, %(country)s, %(party)s, %(session)s, %(profile)s, %(duration)s, %(now)s, %(deadline)s)"""
ANSWER = f"""
update profile_request set response = %(response)s, deadline = %(deadline)s, version = version + 1
 where id = %(id)s returning {_COLUMNS}"""
GET = f"select {_COLUMNS} from profile_request where id = %(id)s"
LOCK = f"select {_COLUMNS} from profile_request where id = %(id)s and source_id = %(source)s for update"
RESULT = f"""
update profile_request set result = %(result)s, active = %(active)s, answered_at = %(now)s, version = version + 1
 where id = %(id)s returning {_COLUMNS}"""
OF_SESSION = f"""
select {_COLUMNS} from profile_request
 where country_code = %(country)s and party_id = %(party)s and session_id = %(session)s order by requested_at, id"""

# The station's plan in force: the last one told counts.
PUT_ACTIVE = """
insert into active_profile as held (source_id, country_code, party_id, session_id, active, raw, ocpi_version, validation)
values (%(source)s, %(country)s, %(party)s, %(session)s, %(active)s, %(raw)s, %(ocpi_version)s, %(validation)s)
on conflict (source_id, country_code, party_id, session_id) do update
   set active = excluded.active, raw = excluded.raw, ocpi_version = excluded.ocpi_version, validation = excluded.validation,
       received_at = now(), version = held.version + 1
 where held.raw <> excluded.raw
returning version"""
ACTIVE = """
select active from active_profile
 where country_code = %(country)s and party_id = %(party)s and session_id = %(session)s
 order by received_at desc limit 1"""


def profile_row(row: DictRow) -> ProfileRow:
    """As it is stored."""
    return ProfileRow(
        id=row["id"],
        kind=ProfileKind(row["kind"]),
        source=SourceId(row["source_id"]),
        operator=PartyId(row["country_code"], row["party_id"]),
        session_id=row["session_id"],
        profile=json.decode(row["profile"], ChargingProfile) if row["profile"] else None,
        requested_at=row["requested_at"],
        deadline=row["deadline"],
        response=ProfileResponse(row["response"]) if row["response"] else None,
        result=ProfileResult(row["result"]) if row["result"] else None,
        active=json.decode(row["active"], ActiveProfile) if row["active"] else None,
        version=row["version"],
    )
