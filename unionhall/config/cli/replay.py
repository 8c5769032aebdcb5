"""`unionhall replay`: a federation's published year, built in volume through the same actions that people use."""

import click

from unionhall.catalogue import replays
from unionhall.config import running
from unionhall.config.cli import frame
from unionhall.config.launcher.trouble import words
from unionhall.lib.text import Text

replay = frame.noun("replay", Text(zh="重放", en="Replays"))


@frame.verb(replay, "load", Text(zh="装入一个重放", en="Load a replay"), examples=["unionhall replay load s4"])
@click.argument("name")
def _load(console: frame.Console, name: str) -> None:
    console.note(Text(zh=f"正在重放 {name}……", en=f"Replaying {name} ..."))
    done = replays.load(name)
    seen = Text(
        zh=f"{done.root}：{done.acts} 个动作。查看账号 {done.username}，一次性密码 {done.password}",
        en=f"{done.root}: {done.acts} acts. Account {done.username}, one-time password {done.password}",
    )
    console.result({"loaded": done.name, "acts": done.acts, "username": done.username, "password": done.password}, [words(seen)])


@frame.verb(replay, "clear", Text(zh="清除一个重放", en="Clear a replay"), examples=["unionhall replay clear s4"], writes=True)
@click.argument("name")
def _clear(console: frame.Console, name: str) -> None:
    console.confirm(name, Text(zh=f"将清除重放 {name} 的数据。", en=f"The data of the replay {name} will be removed."))
    replays.clear(name)
    running.let_go()
    console.result({"cleared": name}, [])
