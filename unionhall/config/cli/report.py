"""`unionhall report`: any report held against the ledger."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.urls import reverse

from unionhall.config.cli import frame, units
from unionhall.config.launcher.trouble import Trouble, words
from unionhall.kernel.organizations.models import Organization
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.reports.actions import check as checks
from unionhall.work.reports.queries import matching
from unionhall.work.reports.rules.reading import arithmetic, verdicts
from unionhall.work.reports.rules.reading import report as reading

report = frame.noun("report", Text(zh="报告", en="Reports"))


@frame.verb(
    report,
    "check",
    Text(
        zh="把一份报告逐个数字与台账核对：相符、有出入、本系统未计、无从核实",
        en="Hold each figure of a report against the ledger: holds, differs, not counted here, cannot be known",
    ),
    examples=["unionhall report check 总结.docx --org 990100 --from 2024-01-01 --to 2024-12-31 --json"],
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", "code", help=words(Text(zh="单位编码", en="the unit's code")))
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help=words(Text(zh="起始日期", en="first day")))
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help=words(Text(zh="截止日期", en="last day")))
def check(console: frame.Console, file: Path, code: str | None, since: datetime | None, until: datetime | None) -> int:
    """Check a file; exits with 4 where a figure or a computation differs."""
    size = file.stat().st_size
    if size > checks.MOST_BYTES:
        raise checks.too_large(size)
    given = checks.read_file(file.name, file.read_bytes())
    last = until.date() if until else dates.today()
    window = checks.window_of(since.date() if since else date(last.year, 1, 1), last)
    unit = _unit(code)
    read = reading.read(given.text, until=window.end)
    found = matching.held(read, unit=unit, window=window)
    sums = matching.computed(read)
    answer: dict[str, Any] = {
        "unit": unit.code,
        "from": str(window.start),
        "to": str(window.end),
        "figures": [_figure(one) for one in found],
        "arithmetic": [_sum(read, one, reason) for one, reason in sums],
    }
    if not given.plain:
        answer["text"] = given.text  # what the positions count in, where the file itself is no plain text
    lines = [f"{one.verdict:<42}{one.mention.printed}  {one.reason}" for one in found]
    lines += [f"{one.verdict:<42}{read.mentions[one.result].printed}  {reason}" for one, reason in sums]
    console.result(answer, lines)
    worth = [one.verdict for one in found] + [one.verdict for one, _reason in sums]
    return frame.CHECK_FAILED if verdicts.DIFFERS in worth else 0


def _unit(code: str | None) -> Organization:
    """The unit of a code, else the only one at the top. Raises Trouble."""
    if code:
        return units.unit(code)
    top = list(Organization.objects.filter(parent=None)[:2])
    if len(top) != 1:
        raise Trouble(
            Text(zh="请用 --org 指明单位。", en="Name the unit with --org."),
            Text(zh="查看组织树：unionhall org tree", en="See the tree: unionhall org tree"),
        )
    return top[0]


def _figure(one: matching.Held) -> dict[str, Any]:
    mention = one.mention
    return {
        "printed": mention.printed,
        "value": arithmetic.number(mention.value),
        "unit": mention.full_unit,
        "qualifier": mention.qualifier,
        "start": mention.start,
        "end": mention.end,
        "indicator": one.indicator.code if one.indicator else None,
        "verdict": one.verdict,
        "reason": one.reason,
        "kind": mention.kind,
        "precision": arithmetic.number(mention.step),
        "since": str(one.window.start) if one.window.start else None,
        "until": str(one.window.end),
        "subset": list(mention.subset),
        "ledger": one.ledger,
        "programme": one.programme.code if one.programme else None,
        "learned": one.learned,
        "link": link(one),
    }


def link(one: matching.Held) -> str | None:
    """The address at which a counted figure opens."""
    if one.indicator is None:
        return None
    asked = {
        "unit": one.scope.organization.pk,
        "below": int(one.scope.below),
        "since": one.window.start or "",
        "until": one.window.end,
    }
    return f"{reverse('office:figure', args=[one.indicator.code])}?" + "&".join(f"{name}={value}" for name, value in asked.items())


def _sum(read: reading.Reading, one: arithmetic.Check, reason: str) -> dict[str, Any]:
    result = read.mentions[one.result]
    return {
        "kind": one.kind,
        "printed": result.printed,
        "start": result.start,
        "end": result.end,
        "terms": [
            {"printed": term.printed, "start": term.start, "end": term.end}
            for term in (read.mentions[index] for index in one.terms)
        ],
        "expected": arithmetic.plain(one.expected),
        "verdict": one.verdict,
        "holds": one.verdict == verdicts.HOLDS,
        "reason": reason,
    }
