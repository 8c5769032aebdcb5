"""What a backup says about itself, so that anybody can check it later without the house it came from."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

NAME = "manifest.json"
DUMP, FILES, KEYS = "database.dump", "files.tar", "keys.sealed"
FORMAT = 1
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup.

    `counts` are rows by table and `heads` the ends of the audit chains (shard, count, hash), both seen in the very
    snapshot that was dumped; `parts` are the SHA-256 of each part.
    """

    created_at: str
    version: str
    postgres: int
    counts: dict[str, int]
    heads: list[tuple[int, int, str]]
    stored_files: int
    parts: dict[str, str]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it into a backup's folder."""
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")


def digest(path: Path) -> str:
    """The SHA-256 of a file, read in blocks."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            sha.update(block)
    return sha.hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Trouble where there is none that can be read."""
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        found = Manifest(**{**data, "heads": [(shard, count, value) for shard, count, value in data["heads"]]})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Trouble(
            Text(zh=f"{folder} 不是完整的备份。", en=f"{folder} is no whole backup."),
            Text(zh="请选择含 manifest.json 的备份目录。", en="Choose a backup folder with a manifest.json."),
        ) from error
    if found.format != FORMAT:
        raise Trouble(
            Text(zh=f"备份格式 {found.format} 无法识别。", en=f"The backup has the unknown format {found.format}."),
            Text(zh="请使用创建它的版本或更高版本。", en="Use the version that made it, or a newer one."),
        )
    return found
