"""Commands and their two answers (OCPI 2.2.1, Commands module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Id36, Int, OrElse, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1.enums import CommandResponseType, CommandResultType
from roamgrid.ocpi.wire.v2_2_1.token import Token
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText


class StartSession(WireObject, frozen=True):
    """Ask to start a charge. `connector_id` only together with `evse_uid`."""

    response_url: Url
    token: Token
    location_id: Id36
    evse_uid: Id36 | None = None
    connector_id: Id36 | None = None
    authorization_reference: Id36 | None = None


class StopSession(WireObject, frozen=True):
    """Ask to stop a charge."""

    response_url: Url
    session_id: Id36


class CommandResponse(WireObject, frozen=True):
    """The answer at once. `timeout`: seconds after which no result need be awaited."""

    result: CommandResponseType
    timeout: Annotated[Int, OrElse(0)]
    message: tuple[DisplayText, ...] = ()


class CommandResult(WireObject, frozen=True):
    """The station's answer, later."""

    result: CommandResultType
    message: tuple[DisplayText, ...] = ()
