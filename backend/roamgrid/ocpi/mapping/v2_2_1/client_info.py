"""Hub client info: both ways (OCPI 2.2.1, Hub Client Info module)."""

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import ClientInfo
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1 import client_info as wire


def client_info(read: wire.ClientInfo) -> ClientInfo:
    """A role or a status that we do not know stays text: whoever routes treats it as not connected."""
    return ClientInfo(PartyId.of(read.country_code, read.party_id), read.role, read.status, read.last_updated)


def write_client_info(value: ClientInfo, ways: Ways, losses: Losses) -> Document:
    """One role of one party."""
    return {
        "party_id": value.party.party_id,
        "country_code": value.party.country_code,
        "role": value.role,
        "status": value.status,
        "last_updated": write_moment(value.last_updated),
    }
