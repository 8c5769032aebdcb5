"""Taking an archive of ours apart, and nothing that reaches outside its folder."""

import tarfile
from pathlib import Path

from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the plain files and folders of an archive below `folder`. Raises Trouble for a link or a path that leads out of it.

    The check is our own because Python 3.11 before 3.11.4 has no extraction filters; where they exist, they are used as well.
    """
    ground = folder.resolve()
    for member in archive.getmembers():
        if not (member.isfile() or member.isdir()) or not (ground / member.name).resolve().is_relative_to(ground):
            raise Trouble(
                Text(zh="备份中的文件路径不安全。", en="The backup holds a file that does not belong there."),
                Text(zh="请换用另一份备份。", en="Use another backup."),
            )
    archive.extraction_filter = getattr(tarfile, "data_filter", None)
    archive.extractall(folder)
