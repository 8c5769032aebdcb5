"""What every command shares: examples first, --json, --quiet, --yes, suggestions on a typo, exit codes.

Results go to stdout, messages to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 4 check failed.
The command line speaks before the house is set up, so its words are `Text`, in the language of the terminal.
"""

import difflib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from unionhall.config.launcher.trouble import Trouble, words
from unionhall.lib.text import Text

FAILED, USAGE, PARTLY, CHECK_FAILED = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Console:
    """How one command speaks to whoever called it."""

    as_json: bool = False
    quiet: bool = False
    yes: bool = False

    def result(self, data: object, lines: Iterable[str] = ()) -> None:
        """Print the result: the data for machines, the lines for people."""
        if self.as_json:
            click.echo(json.dumps(data, ensure_ascii=False, default=str))
            return
        for line in lines:
            click.echo(line)

    def note(self, text: Text) -> None:
        """Tell a person what is going on; machines and --quiet hear nothing."""
        if not self.quiet and not self.as_json:
            click.echo(words(text), err=True)

    def confirm(self, name: str, what: Text) -> None:
        """Have a dangerous act confirmed by typing a name. Raises Trouble where it is not."""
        if self.yes:
            return
        refusal = Trouble(
            Text(zh="未确认，未做任何更改。", en="Not confirmed; nothing was changed."),
            Text(zh=f"请输入 {name}，或加 --yes。", en=f"Type {name}, or add --yes."),
        )
        if not sys.stdin.isatty():
            raise refusal
        click.echo(words(what), err=True)
        if click.prompt(words(Text(zh=f"输入 {name} 以确认", en=f"Type {name} to confirm")), err=True) != name:
            raise refusal


class Suggesting(click.Group):
    """A group that names the likely command on a typo."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            likely = f"{ctx.command_path} {near[0]}"
            text = Text(zh=f"没有命令 {args[0]}。是否要用：{likely}", en=f"No command {args[0]}. Did you mean: {likely}")
            raise click.UsageError(words(text), ctx) from error

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples first."""
        _write_examples(self, formatter)
        super().format_help(ctx, formatter)


class Exampled(click.Command):
    """A command whose help starts with examples."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples first."""
        _write_examples(self, formatter)
        super().format_help(ctx, formatter)


def _write_examples(command: click.Command, formatter: click.HelpFormatter) -> None:
    examples: Sequence[str] = getattr(command, "examples", ())
    if examples:
        with formatter.section(words(Text(zh="示例", en="Examples"))):
            for example in examples:
                formatter.write_text(example)
        formatter.write_paragraph()


def noun(name: str, about: Text) -> Suggesting:
    """A group of verbs about one thing."""
    return Suggesting(name=name, help=words(about))


def verb(
    group: click.Group, name: str, about: Text, *, examples: Sequence[str] = (), writes: bool = False
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command of a group. It gets a Console as `console`; `writes` adds --yes."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        command = command_of(function, name, about, examples=examples, writes=writes)
        group.add_command(command)
        return command

    return decorate


def command_of(
    function: Callable[..., Any], name: str, about: Text, *, examples: Sequence[str] = (), writes: bool = False
) -> click.Command:
    """The click command of a function."""

    def run(*, as_json: bool, quiet: bool, yes: bool = False, **arguments: Any) -> Any:
        return function(console=Console(as_json=as_json, quiet=quiet, yes=yes), **arguments)

    given: list[click.Parameter] = list(reversed(getattr(function, "__click_params__", [])))
    given.append(click.Option(["--json", "as_json"], is_flag=True, help=words(Text(zh="输出 JSON", en="Answer in JSON"))))
    given.append(click.Option(["--quiet"], is_flag=True, help=words(Text(zh="只输出结果", en="Only the result"))))
    if writes:
        given.append(click.Option(["--yes"], is_flag=True, help=words(Text(zh="不再询问确认", en="Do not ask"))))
    command = Exampled(name=name, params=given, callback=run, help=words(about))
    command.examples = tuple(examples)  # type: ignore[attr-defined]
    return command
