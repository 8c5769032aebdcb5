"""What can go wrong before the house stands, told in one line with its mend."""

import errno
import locale
import os
from pathlib import Path

from unionhall.lib.text import Text


def chinese_terminal() -> bool:
    """Whether the person at this terminal reads Chinese (UNIONHALL_LANGUAGE, else the locale of the terminal)."""
    for name in ("UNIONHALL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.lower().startswith("zh")
    return (locale.getlocale()[0] or "").lower().startswith("zh")


def words(text: Text) -> str:
    """A text in the language of the terminal."""
    return text.zh if chinese_terminal() else text.en


class Trouble(Exception):
    """Something outside the house is in the way. `what` is the fact, `mend` what the person can do about it."""

    def __init__(self, what: Text, mend: Text) -> None:
        super().__init__(what.en)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{words(self.what)} {words(self.mend)}"


def no_write_access(path: Path) -> Trouble:
    """The folder of the data cannot be written."""
    return Trouble(
        Text(zh=f"无法写入目录 {path}。", en=f"The folder {path} cannot be written."),
        Text(
            zh="请用有写权限的用户运行，或用 UNIONHALL_DATA=/另一个/目录 指定数据目录。",
            en="Run as a user who may write there, or choose another with UNIONHALL_DATA=/another/folder.",
        ),
    )


def disk_full(path: Path) -> Trouble:
    """No room is left where the data lie."""
    return Trouble(
        Text(zh=f"磁盘空间不足：{path}。", en=f"The disk is full: {path}."),
        Text(
            zh="请清理出至少 1 GB，或用 UNIONHALL_DATA=/另一个/目录 换一个磁盘；已有数据不受影响，再运行一次即可继续。",
            en="Free at least 1 GB or move to another disk with UNIONHALL_DATA=/another/folder; "
            "nothing was lost, the same command goes on from here.",
        ),
    )


def port_busy(host: str, port: int) -> Trouble:
    """Another program already answers at the address."""
    return Trouble(
        Text(zh=f"端口 {host}:{port} 已被占用。", en=f"Port {host}:{port} is in use."),
        Text(
            zh=f"请先停止占用它的程序，或换一个端口：PORT={port + 1} make demo（或 unionhall serve --port {port + 1}）。",
            en=f"Stop the program that holds it, or take another: PORT={port + 1} make demo "
            f"(or unionhall serve --port {port + 1}).",
        ),
    )


def wrong_address(reason: str) -> Trouble:
    """DATABASE_URL is set and cannot be right."""
    return Trouble(
        Text(zh=f"DATABASE_URL 有误：{reason}。", en=f"DATABASE_URL is wrong: {reason}."),
        Text(
            zh="格式应为 postgresql://用户:密码@主机:5432/库名；去掉该变量即使用内置数据库。",
            en="It must look like postgresql://user:password@host:5432/name; unset it to use the embedded database.",
        ),
    )


def database_down(where: str) -> Trouble:
    """DATABASE_URL names a server that does not answer."""
    return Trouble(
        Text(zh=f"数据库无应答：{where}。", en=f"The database does not answer: {where}."),
        Text(
            zh="请启动该数据库服务器或检查网络；去掉 DATABASE_URL 即使用内置数据库。",
            en="Start that server or check the network; unset DATABASE_URL to use the embedded database.",
        ),
    )


def server_too_old(version: str) -> Trouble:
    """The server speaks, and is older than 15."""
    return Trouble(
        Text(zh=f"PostgreSQL {version} 版本过低。", en=f"PostgreSQL {version} is too old."),
        Text(zh="请使用 15 或更高版本。", en="Use version 15 or newer."),
    )


def from_os_error(error: OSError, path: Path) -> Trouble | None:
    """The trouble behind an error of the operating system; None for one that is not known here."""
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR}:
        return no_write_access(Path(error.filename or path))
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(path)
    return None


def from_output(output: str, path: Path) -> Trouble | None:
    """The trouble behind what a PostgreSQL program printed; None for one that is not known here."""
    if os.strerror(errno.ENOSPC) in output:
        return disk_full(path)
    if os.strerror(errno.EACCES) in output or os.strerror(errno.EROFS) in output:
        return no_write_access(path)
    return None
