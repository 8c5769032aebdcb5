"""Have a Chromium for the browser journeys, or say plainly what is left out without one."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def found() -> str | None:
    """The path of a browser, None where there is none. UNIONHALL_CHROMIUM names one."""
    if chosen := os.environ.get("UNIONHALL_CHROMIUM"):
        return chosen if os.access(chosen, os.X_OK) else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def may_install() -> list[str] | None:
    """The start of a command that may install packages, None where we may not."""
    if os.environ.get("UNIONHALL_INSTALL") == "0" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if allowed else None


def install(prefix: list[str]) -> bool:
    """Install Chromium and Chinese fonts by the system's package manager; False where that fails."""
    print("Installing chromium for the browser journeys ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]):
        answer = subprocess.run([*prefix, *command], env=environment, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            print((answer.stderr or answer.stdout).strip().splitlines()[-1:], flush=True)
            return False
    return found() is not None


def main() -> None:
    """Look, install where we may, and speak only when there is something to say."""
    if found():
        return
    prefix = may_install()
    if prefix is not None and install(prefix):
        return
    print(
        "No Chromium here: the browser journeys (marker `browser`) are skipped. "
        "To run them: install chromium (Debian: apt install chromium fonts-noto-cjk), "
        "or name one in UNIONHALL_CHROMIUM, then make test again.\n"
        "未找到 Chromium，浏览器测试（标记 browser）将跳过；安装 chromium 后重新运行 make test。",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
