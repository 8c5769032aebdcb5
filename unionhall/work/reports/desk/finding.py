"""What this room's pickers answer."""

from collections.abc import Iterator

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.programmes import queries as programmes
from unionhall.lib.text import Text
from unionhall.shell.requests import Request
from unionhall.shell.search import LIMIT, Hit
from unionhall.work.reports import access
from unionhall.work.reports.queries import indicators


def figures(request: Request, text: str) -> Iterator[Hit]:
    """Indicators by name, pinyin initials or code."""
    for one in indicators.picked(request.person, text, most=LIMIT):
        yield Hit(str(one.name), one.code, hint=f"{one.room} · {one.counts}")


def facts(request: Request, text: str) -> Iterator[Hit]:
    """The facts of which totals may be reported."""
    known = ((one, one.name, one.code) for one in ledger.facts() if not one.stock)
    for one in indicators.nearest(text, known, most=LIMIT):
        yield Hit(f"{one.name}（{one.unit.text}）", one.code, hint=str(one.counts))


def programmes_here(request: Request, text: str) -> Iterator[Hit]:
    """The programmes of the chosen unit by name, initials or code."""
    known = ((one, Text(one.name_zh, one.name_en), one.code) for one in programmes.programmes(request.unit))
    for one in indicators.nearest(text, known, most=LIMIT):
        yield Hit(str(one.name), str(one.pk), hint=str(one.what)[:60])


def units(request: Request, text: str) -> Iterator[Hit]:
    """Units of the person's scope."""
    for unit in permissions.organizations_for(request.person, access.SEE, text)[:LIMIT]:
        yield Hit(unit.name, str(unit.pk), hint=unit.code or "")
