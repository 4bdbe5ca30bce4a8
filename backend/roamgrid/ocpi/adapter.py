"""An adapter: one version and one dialect, chosen once at the handshake (DESIGN section 1).

`read` takes the verbatim bytes of one object and raises `Refused` only for what cannot be understood without a guess;
everything else odd is named in `Read.deviations`. `write` gives a value for `kernel.json.dumps` and names what it had to
leave out.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.carry.over import write_over
from roamgrid.ocpi.dialects.dialect import Dialect, dialect
from roamgrid.ocpi.dialects.habits import heard, said
from roamgrid.ocpi.speech import Carried, Form, Losses, ObjectKind, Speech, Ways, Written
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Deviation, Read, Refused
from roamgrid.ocpi.wire.common.document import parse
from roamgrid.ocpi.wire.common.key import Key
from roamgrid.ocpi.wire.common.moments import write_moment

C = TypeVar("C")

_key = object_reader(Key)


class UnsupportedVersion(Invalid):
    """No adapter speaks that OCPI version."""

    code = "OCPI_VERSION_UNSUPPORTED"
    hint = f"Both sides need a common version; this platform speaks OCPI {', '.join(SPEECHES)}."


class NotSpoken(Invalid):
    """The version has no such object."""

    code = "OCPI_NOT_SPOKEN"
    hint = "Move the partner to a version that knows it, or do without."


@dataclass(frozen=True, slots=True)
class Adapter:
    """One version in one dialect."""

    speech: Speech
    dialect: Dialect

    @property
    def version(self) -> str:
        return self.speech.version

    def speaks(self, kind: ObjectKind[Any]) -> bool:
        """Whether this version has such an object at all."""
        return kind in self.speech.forms

    def read(self, kind: ObjectKind[C], raw: bytes, owner: PartyId | None = None, asker: PartyId | None = None) -> Read[C]:
        """One object. `owner`: whose it is according to its address, where the version leaves it to the address; of a
        command, whom it is for, and `asker` is who sends it.

        Raises `Refused`, or `NotSpoken`.
        """
        found: list[Deviation] = []
        value = self._form(kind).read(heard(parse(raw, found), self.dialect), Ways(self.dialect, owner, asker), found)
        return Read(value, tuple(found), self.speech.takes_unknown)

    def write(self, kind: ObjectKind[C], value: C, carried: Carried | None = None) -> Written:
        """The object as this version says it, laid over the document that the value was read from where there is one.

        Raises `NotSpoken` or `Unsayable`.
        """
        form = self._form(kind)
        if form.write is None:
            raise NotSpoken(f"OCPI {self.version}: no {kind.name} is ever sent")
        losses: Losses = []
        ways = Ways(self.dialect)
        fresh = Written(said(form.write(value, ways, losses), self.dialect), tuple(losses))
        if carried is None:
            return form.completed(fresh)
        written = write_over(kind, value, fresh, carried, ways, speech_of(carried.version), self.speech)
        return written if carried.version == self.version else form.completed(written)

    def read_key(self, raw: bytes, owner: PartyId | None = None) -> tuple[PartyId, str] | None:
        """Whose object it is and its id, also of one that is otherwise unreadable; None when not even that is clear."""
        try:
            read = _key(parse(raw, []), [])
        except Refused:
            return None
        if owner is not None and self.speech.owner_in_address:
            return owner, read.id
        if read.country_code is None or read.party_id is None:
            return None if owner is None else (owner, read.id)
        return PartyId.of(read.country_code, read.party_id), read.id

    def write_date(self, moment: datetime) -> str:
        return write_moment(moment)

    def _form(self, kind: ObjectKind[C]) -> Form[C]:
        form = self.speech.forms.get(kind)
        if form is None:
            raise NotSpoken(f"OCPI {self.version} knows no {kind.name}")
        return form


@cache
def adapter_for(version: str, dialect_name: str) -> Adapter:
    """The adapter of a connection. Raises `UnsupportedVersion` or `UnknownDialect`."""
    return Adapter(speech_of(version), dialect(dialect_name, version))


def speech_of(version: str) -> Speech:
    """Raises `UnsupportedVersion`."""
    if version not in SPEECHES:
        raise UnsupportedVersion(f"there is no adapter for OCPI {version!r}", field="version")
    return SPEECHES[version]
