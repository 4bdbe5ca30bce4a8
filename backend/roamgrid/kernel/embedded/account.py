"""Which system account the servers run as.

PostgreSQL refuses to run as root. A normal user runs the servers as they are. When root runs us (a container), the
servers run as the owner of the data folder, and as `nobody` when that is root as well. `nobody` may have no way to
programs and data below a private folder such as /root; instead of opening that folder to everyone we let the servers
keep one capability, to pass file permissions, and only when they need it.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roamgrid.kernel.embedded.errors import ServiceFailed

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """How to run a program so that PostgreSQL accepts it: `prefix` goes before the command; None = change nothing."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give `path` and all below it to the account."""
        if self.uid is None or self.gid is None or path.stat().st_uid == self.uid:
            return
        for found in (path, *path.rglob("*")):
            os.chown(found, self.uid, self.gid, follow_symlinks=False)


def choose_account(data_dir: Path, programs: Sequence[Path]) -> Account:
    """The account that can run `programs` and reach `data_dir`. Raises `ServiceFailed` when root has none to offer."""
    if os.geteuid() != 0:
        return Account()
    owner = data_dir.stat().st_uid
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(_UNPRIVILEGED)
    for capabilities in ("-all", "-all,+dac_override"):
        prefix = _prefix(entry, capabilities)
        if _reaches(prefix, [*programs, data_dir]):
            return Account(prefix, entry.pw_uid, entry.pw_gid)
    raise ServiceFailed(
        f"PostgreSQL does not run as root, and the account {entry.pw_name} cannot reach {data_dir} or {programs[0]}. "
        "Run as a normal user, or choose another folder with ROAMGRID_DATA_DIR."
    )


def _prefix(entry: pwd.struct_passwd, capabilities: str) -> tuple[str, ...]:
    return (
        "setpriv",
        f"--reuid={entry.pw_uid}",
        f"--regid={entry.pw_gid}",
        "--clear-groups",
        f"--inh-caps={capabilities}",
        f"--ambient-caps={capabilities}",
        "--",
    )


def _reaches(prefix: Sequence[str], paths: Sequence[Path]) -> bool:
    test = 'for path in "$@"; do test -x "$path" || exit 1; done'
    command = [*prefix, "sh", "-c", test, "sh", *map(str, paths)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError as missing:
        raise ServiceFailed(f"PostgreSQL does not run as root, and `setpriv` (util-linux) is missing: {missing}") from None
