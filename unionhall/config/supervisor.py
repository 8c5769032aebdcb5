"""`unionhall demo start`: everything in one terminal, and nothing left behind after Ctrl-C."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from unionhall.config import demo, running
from unionhall.config.cli.frame import Console
from unionhall.config.launcher.trouble import Trouble
from unionhall.lib.text import Text

START_SECONDS = 60
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Somebody asked us to end."""


def run(console: Console, *, host: str, port: int) -> int:
    """Prepare the demo city, run web server and worker until Ctrl-C; returns the exit code. Raises Trouble."""
    running.require_port(host, port)
    console.note(Text(zh="正在准备数据库……", en="Preparing the database ..."))
    running.migrate()
    if not demo.loaded():
        console.note(Text(zh="正在装入演示城市（首次约一两分钟）……", en="Loading the demo city (a minute or two, once) ..."))
    doors = demo.load()
    running.collect_static()
    running.let_go()
    signal.signal(signal.SIGTERM, _stop)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        children["web"] = _child("serve", "--host", host, "--port", str(port), "--quiet")
        children["worker"] = _child("worker", "--quiet")
        _await_answer(children["web"], host, port)
        _greet(console, host, port, doors)
        return _watch(children)
    except (KeyboardInterrupt, Stop):
        return 0
    finally:
        _end(children)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _child(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {"UNIONHALL_LOG_LEVEL": "WARNING"} | os.environ | {"UNIONHALL_DB_ROLE": "unionhall_app"}
    # A session of its own: Ctrl-C reaches only us, and we end the children in order
    return subprocess.Popen(
        [sys.executable, "-m", "unionhall.config.cli.main", *arguments],
        env=environment,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )


def _die_with_parent() -> None:
    """Have the kernel end this process when its parent is killed (Linux; elsewhere it stays and the port says so)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _await_answer(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Trouble(
        Text(zh="网站未能启动。", en="The web server did not start."),
        Text(zh="原因见上方输出；请运行 unionhall doctor。", en="The reason stands above; run unionhall doctor."),
    )


def _greet(console: Console, host: str, port: int, doors: list[demo.Door]) -> None:
    address = f"http://{host}:{port}/"
    data = {"address": address, "accounts": [door.as_json() for door in doors]}
    lines = ["", f"  {address}", ""]
    lines += [f"  {door.username:<22}{door.shown():<22}{door.title}" for door in doors]
    console.result(data, lines)
    console.note(
        Text(
            zh="\n首次登录须修改一次性密码。Ctrl-C 结束。",
            en="\nThe one-time passwords must be changed at first sign-in. Ctrl-C ends.",
        )
    )
    sys.stdout.flush()


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                raise Trouble(
                    Text(
                        zh=f"进程 {name} 意外结束（{child.returncode}）。",
                        en=f"The process {name} ended by itself ({child.returncode}).",
                    ),
                    Text(zh="其余进程已停止，请再运行一次。", en="The others were stopped; run the command again."),
                )
        time.sleep(0.5)


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
