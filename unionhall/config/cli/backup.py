"""`unionhall backup`: made, proven, brought back."""

from pathlib import Path

import click
from django.conf import settings

from unionhall.config import running
from unionhall.config.backup import create as making
from unionhall.config.backup import restore as bringing
from unionhall.config.backup import server
from unionhall.config.backup import verify as proving
from unionhall.config.cli import frame
from unionhall.config.launcher import resolve
from unionhall.lib.text import Text

backup = frame.noun("backup", Text(zh="备份与恢复", en="Back up and restore"))


def _places() -> making.Places:
    return making.Places(
        files=Path(settings.MEDIA_ROOT), keys=Path(settings.IDENTITY_KEYS), recovery_key=resolve.data_folder() / "recovery-key"
    )


@frame.verb(
    backup,
    "create",
    Text(zh="备份数据库、附件与密钥", en="Back up database, files and keys"),
    examples=["unionhall backup create", "unionhall backup create --into /mnt/backups"],
)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path))
def create(console: frame.Console, into: Path | None) -> None:
    """Make a backup."""
    made = making.create(_places(), into or making.default_folder())
    rows = sum(made.manifest.counts.values())
    console.result({"folder": str(made.folder), "rows": rows, "files": made.manifest.stored_files}, [str(made.folder)])
    if made.new_recovery_key:
        console.note(
            Text(
                zh=f"恢复密钥（请抄存于备份之外的安全处，没有它无法恢复加密数据）：\n{made.new_recovery_key}",
                en=f"Recovery key (keep it apart from the backups; without it sealed data stay sealed):\n{made.new_recovery_key}",
            )
        )
    console.note(Text(zh=f"验证：unionhall backup verify {made.folder}", en=f"Prove it: unionhall backup verify {made.folder}"))


@frame.verb(
    backup,
    "verify",
    Text(zh="恢复到临时库并核对行数与审计链", en="Restore into a scratch database and compare counts and chains"),
    examples=["unionhall backup verify var/backups/20260301T020000Z"],
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(console: frame.Console, folder: Path) -> int:
    """Prove a backup."""
    report = proving.verify(folder)
    line = f"{'ok' if report.ok else 'BAD'}  {report.tables} tables, {report.rows} rows, {report.audit_rows} audit rows"
    console.result(report.as_json(), [line, *(f"  {fault}" for fault in report.faults)])
    return 0 if report.ok else frame.CHECK_FAILED


@frame.verb(
    backup,
    "restore",
    Text(zh="恢复备份；原数据库改名保留", en="Bring a backup back; the old database is kept under another name"),
    examples=["unionhall backup restore var/backups/20260301T020000Z"],
    writes=True,
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(console: frame.Console, folder: Path) -> None:
    """Restore a backup."""
    name = server.name_of(server.url())
    if bringing.holds_something(server.url()):
        console.confirm(name, Text(zh=f"数据库 {name} 将被备份替换。", en=f"The database {name} will be replaced by the backup."))
    running.let_go()
    done = bringing.restore(folder, _places())
    console.result(done, [f"{done['restored']} → {name}"])
    console.note(Text(zh=f"原数据库保留为 {done['kept_aside']}。", en=f"The old database is kept as {done['kept_aside']}."))
