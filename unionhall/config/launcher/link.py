"""Put the command `unionhall` into the virtual environment: a two-line script, so that no build is needed."""

import stat
import sys
import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def write() -> Path:
    """Write the script and the path file of this project; returns the script."""
    site = Path(sysconfig.get_path("purelib"))
    (site / "unionhall-here.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    script = Path(sysconfig.get_path("scripts")) / "unionhall"
    script.write_text(
        f'#!{sys.executable}\nfrom unionhall.config.cli.main import main\n\nif __name__ == "__main__":\n    main()\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return script


if __name__ == "__main__":
    write()
