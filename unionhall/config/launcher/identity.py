"""As whom PostgreSQL runs: it refuses to run as root, and the house does not create system users."""

import functools
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

MAPPED = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
ORDINARY_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Identity:
    """How to start a program of PostgreSQL: a command prefix, and the owner its files must have (None: ours)."""

    prefix: tuple[str, ...] = ()
    owner: str | None = None

    def give(self, path: Path) -> None:
        """Hand a folder and what is in it to the owner, where that is not ourselves."""
        if self.owner is None:
            return
        user = pwd.getpwnam(self.owner)
        for each in [path, *path.rglob("*")]:
            os.chown(each, user.pw_uid, user.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether the owner can walk down to a folder."""
        if self.owner is None:
            return True
        answer = subprocess.run([*self.prefix, "test", "-x", str(path)], capture_output=True, check=False)
        return answer.returncode == 0


@functools.cache
def _mapping_works() -> bool:
    if shutil.which(MAPPED[0]) is None:
        return False
    return subprocess.run([*MAPPED, "true"], capture_output=True, check=False).returncode == 0


def ours(*, mapping: bool | None = None) -> Identity:
    """The identity for this process: itself; for root a user namespace, else an existing ordinary user.

    `mapping` overrides the trial of user namespaces. Raises Trouble where root has neither.
    """
    if os.geteuid() != 0:
        return Identity()
    if _mapping_works() if mapping is None else mapping:
        return Identity(prefix=MAPPED)
    for name in ORDINARY_USERS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        if shutil.which("setpriv"):
            group = pwd.getpwnam(name).pw_gid
            return Identity(prefix=("setpriv", f"--reuid={name}", f"--regid={group}", "--clear-groups", "--"), owner=name)
    raise Trouble(
        Text(zh="PostgreSQL 不能以 root 身份运行。", en="PostgreSQL does not run as root."),
        Text(
            zh="请用普通用户运行，或允许用户命名空间（util-linux 2.38 以上），或设置 DATABASE_URL。",
            en="Run as an ordinary user, or allow user namespaces (util-linux 2.38 or newer), or set DATABASE_URL.",
        ),
    )
