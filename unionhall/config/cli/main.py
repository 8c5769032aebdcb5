"""The command `unionhall`: noun and verb, each a thin call into the house.

Nouns are loaded when they are called, after the database has been found and the house set up: `--help` and
`version` answer without either.
"""

import importlib
import os
import sys
from dataclasses import dataclass

import click
import django
from django.db import Error as DatabaseError

from unionhall.config.cli import frame
from unionhall.config.launcher import resolve
from unionhall.config.launcher.trouble import Trouble, from_os_error, words
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One first word: where it lives, what it is about, and whether it speaks as the application or the owner."""

    module: str
    about: Text
    as_owner: bool = False
    database: bool = True


COMMANDS = {
    "demo": Entry("demo", Text(zh="演示城市：启动、装入、清除", en="the demo city: start, load, clear"), as_owner=True),
    "replay": Entry("replay", Text(zh="重放一个已发布的年度", en="replay a published year")),
    "serve": Entry("running", Text(zh="启动网站", en="run the web server")),
    "worker": Entry("running", Text(zh="启动后台任务", en="run the job worker")),
    "migrate": Entry("running", Text(zh="升级数据库结构", en="bring the database up to date"), as_owner=True),
    "doctor": Entry("doctor", Text(zh="逐项检查运行环境", en="check what the house stands on"), as_owner=True, database=False),
    "user": Entry("user", Text(zh="账号", en="accounts")),
    "org": Entry("org", Text(zh="组织树", en="the organization tree")),
    "catalogue": Entry("catalogue", Text(zh="工作项目目录", en="the catalogue of programmes")),
    "figures": Entry("figures", Text(zh="已发布的数字", en="the published figures")),
    "report": Entry("report", Text(zh="核对报告", en="hold a report against the ledger")),
    "ledger": Entry("ledger", Text(zh="台账", en="the ledger")),
    "audit": Entry("audit", Text(zh="审计链", en="the audit chain")),
    "backup": Entry("backup", Text(zh="备份与恢复", en="back up and restore"), as_owner=True),
    "version": Entry("version", Text(zh="版本", en="the version"), database=False),
}
EXAMPLES = (
    "unionhall demo start",
    "unionhall user create zhang.wei --role city_clerk --unit 440100",
    "unionhall backup create",
)


class House(frame.Suggesting):
    """The root: knows the first words, loads what stands behind them when called."""

    examples = EXAMPLES

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The first words, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a noun; without its table entry there is none."""
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing:
            return click.Command(cmd_name, help=words(COMMANDS[cmd_name].about))
        prepare(COMMANDS[cmd_name], wants_help="--help" in sys.argv or (sys.argv[-1] == cmd_name and _is_noun(cmd_name)))
        module = importlib.import_module(f"unionhall.config.cli.{COMMANDS[cmd_name].module}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the first words without loading what stands behind them."""
        with formatter.section(words(Text(zh="命令", en="Commands"))):
            formatter.write_dl([(name, words(entry.about)) for name, entry in COMMANDS.items()])


def _is_noun(name: str) -> bool:
    return COMMANDS[name].module == name and name not in {"doctor", "version"}


def prepare(entry: Entry, *, wants_help: bool) -> None:
    """Find the database and set the house up, as far as the command needs it. Raises Trouble."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
    if not entry.as_owner:
        os.environ.setdefault("UNIONHALL_DB_ROLE", "unionhall_app")
    if entry.database and not wants_help:
        resolve.attach()
        if role := os.environ.get("UNIONHALL_DB_ROLE"):
            resolve.require_role(role)
    if entry.module not in {"version", "doctor"}:
        django.setup()


def main() -> None:
    """Run the command line; every failure is one clear line."""
    root = House(name="unionhall", help=words(Text(zh="智慧工会平台 Unionhall 的命令行。", en="The command line of Unionhall.")))
    try:
        sys.exit(root.main(prog_name="unionhall", standalone_mode=False) or 0)
    except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError) as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(frame.USAGE)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except (Trouble, Refused) as error:
        click.echo(str(error), err=True)
        sys.exit(frame.FAILED)
    except DatabaseError as error:
        click.echo(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", err=True)
        click.echo(words(Text(zh="请运行 unionhall doctor 查看原因。", en="Run unionhall doctor to see why.")), err=True)
        sys.exit(frame.FAILED)
    except OSError as error:
        trouble = from_os_error(error, resolve.data_folder())
        if trouble is None:
            raise
        click.echo(str(trouble), err=True)
        sys.exit(frame.FAILED)


if __name__ == "__main__":
    main()
