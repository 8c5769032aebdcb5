"""`unionhall serve`, `worker` and `migrate`: the processes of the house."""

import click

from unionhall.config import running
from unionhall.config.cli import frame
from unionhall.lib.text import Text


@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def _serve(console: frame.Console, host: str, port: int, workers: int, threads: int) -> None:
    console.note(Text(zh=f"网站地址：http://{host}:{port}/", en=f"Serving at http://{host}:{port}/"))
    running.serve(host=host, port=port, workers=workers, threads=threads)


@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64))
def _worker(console: frame.Console, concurrency: int) -> None:
    console.note(Text(zh="后台任务进程已启动。", en="The job worker runs."))
    running.work(concurrency=concurrency)


def _migrate(console: frame.Console) -> None:
    applied = running.migrate()
    console.result(
        {"applied": applied},
        [f"{len(applied)} migrations applied"] if applied else ["up to date"],
    )


serve = frame.command_of(
    _serve,
    "serve",
    Text(zh="启动网站（granian）", en="Run the web server (granian)"),
    examples=["unionhall serve --port 8080", "unionhall serve --host 0.0.0.0 --workers 4"],
)
worker = frame.command_of(
    _worker, "worker", Text(zh="启动后台任务进程", en="Run the job worker"), examples=["unionhall worker --concurrency 4"]
)
migrate = frame.command_of(
    _migrate,
    "migrate",
    Text(zh="升级数据库结构、授权与目录", en="Bring tables, rights and the catalogue up to date"),
    examples=["unionhall migrate"],
)
