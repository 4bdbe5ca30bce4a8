"""Tokens, and what carries one: the type is open and has EMAID (OCPI 2.3.0, Tokens and Commands modules)."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import msgspec

from roamgrid.canonical.command import ReserveNow, StartSession
from roamgrid.canonical.token import Token, TokenType
from roamgrid.ocpi.mapping.v2_2_1 import authorization
from roamgrid.ocpi.mapping.v2_2_1 import token as before
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import Asked, AuthorizationInfo
from roamgrid.ocpi.wire.v2_3_0.token import Token as WireToken

C = TypeVar("C", StartSession, ReserveNow)
Write = Callable[[Asked[C], Ways, Losses], Document]

_TYPES = frozenset(TokenType)


def known(read: WireToken) -> WireToken:
    """A token of a type that we do not know is one of another type, not one to refuse."""
    return read if read.type in _TYPES else msgspec.structs.replace(read, type=TokenType.OTHER.value)


def write_token(value: Token, ways: Ways, losses: Losses) -> Document:
    """Every type can be said."""
    return before.write_token_of(value, value.type)


def write_info(value: AuthorizationInfo, ways: Ways, losses: Losses) -> Document:
    """The answer to a real-time authorization."""
    document = authorization.write_info(replace(value, token=None), ways, losses)
    return document if value.token is None else document | {"token": write_token(value.token, ways, losses)}


def naming_any_token(write: Write[C]) -> Write[C]:
    """Writes a command as 2.2.1 does, with its token as it is."""

    def written(asked: Asked[C], ways: Ways, losses: Losses) -> Document:
        command = asked.what
        sayable = replace(command, token=replace(command.token, type=TokenType.OTHER))
        return write(replace(asked, what=sayable), ways, losses) | {"token": write_token(command.token, ways, losses)}

    return written
