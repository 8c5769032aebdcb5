"""Holding a text against the ledger: handed in, each number marked with its verdict, a match corrected once and kept."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.ledger import registry
from unionhall.lib.refusal import NotVisible
from unionhall.lib.text import Text
from unionhall.shell import doors
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.reports import access, forms
from unionhall.work.reports.actions import check as acts
from unionhall.work.reports.desk import addresses
from unionhall.work.reports.queries import matching
from unionhall.work.reports.rules.reading import report, verdicts

VERDICTS = {
    verdicts.HOLDS: (Text("相符", "Holds"), "ok"),
    verdicts.DIFFERS: (Text("有出入", "Differs"), "late"),
    verdicts.NOT_COUNTED: (Text("本系统未计", "Not counted here"), "plain"),
    verdicts.UNKNOWABLE: (Text("无从核实", "Cannot be known"), "soon"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as the page shows it."""

    number: int
    printed: str
    clause: str
    word: Text
    tone: str
    reason: str
    name: str
    url: str
    learned: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the text: plain, or a figure with its number in the list."""

    text: str
    line: Line | None = None


@doors.page(permission="reports.write", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """Hand in a text, pasted or as a file; and the texts checked before."""
    unit = unit_of(request)
    form = forms.CheckForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = doors.attempt(form, lambda: _handed_in(request, form.cleaned_data))
        if kept is not None:
            return doors.go(request, "reports:desk-checked", kept.pk)
    page = page_of(request, access.checks_visible_to(request.person).defer("text"))
    return render(request, "reports/desk/check.html", {"form": form, "page": page, "unit": unit})


def _handed_in(request: Request, given: dict[str, Any]) -> Any:
    upload = given["file"]
    if upload is not None and upload.size > acts.MOST_BYTES:
        raise acts.too_large(upload.size)
    text = acts.read_file(upload.name, upload.read()) if upload is not None else acts.Given("", given["text"], plain=True)
    named = acts.Given(given["title"] or text.title, text.text, text.plain)
    return acts.hand_in(given=named, unit=request.unit, since=given["since"], until=given["until"], by=request.person)


@doors.page(permission="reports.see")
def checked(request: Request, id: int) -> HttpResponse:
    """One text with every number marked, its verdicts and its arithmetic."""
    one = access.one(access.checks_visible_to(request.person), id)
    reading = report.read(one.text, until=one.until)
    found = matching.held(reading, unit=one.organization, window=acts.window_of(one.since, one.until))
    lines = [_line(number, held) for number, held in enumerate(found)]
    counted = Counter(held.verdict for held in found)
    sums = [
        (reading.mentions[sum_.result], VERDICTS[sum_.verdict], reason, sum_.result) for sum_, reason in matching.computed(reading)
    ]
    context = {
        "checked": one,
        "lines": lines,
        "runs": _runs(one.text, found, lines),
        "totals": [(word, tone, counted[verdict]) for verdict, (word, tone) in VERDICTS.items()],
        "sums": sums,
    }
    return render(request, "reports/desk/checked.html", context)


def _line(number: int, held: matching.Held) -> Line:
    word, tone = VERDICTS[held.verdict]
    url = addresses.records(held.opened_by, **held.asked) if held.sense else ""
    name = str(held.indicator.name) if held.indicator else ""
    return Line(number, held.mention.printed, held.mention.clause.strip(), word, tone, held.reason, name, url, held.learned)


def _runs(text: str, found: list[matching.Held], lines: list[Line]) -> list[list[Run]]:
    """The text by its lines, each in runs of plain words and figures."""
    paragraphs: list[list[Run]] = [[]]
    position = 0
    for held, line in zip(found, lines, strict=True):
        _plain(paragraphs, text[position : held.mention.start])
        paragraphs[-1].append(Run(held.mention.printed, line))
        position = held.mention.end
    _plain(paragraphs, text[position:])
    return [runs for runs in paragraphs if any(run.text.strip() for run in runs)]


def _plain(paragraphs: list[list[Run]], text: str) -> None:
    first, *rest = text.split("\n")
    paragraphs[-1].append(Run(first))
    paragraphs.extend([Run(line)] for line in rest)


@doors.page(permission="reports.write", methods=("GET", "POST"))
def match(request: Request, id: int, number: int) -> HttpResponse:
    """Say what one figure is. It is kept for this unit and those below it, and used at every later check."""
    one = access.one(access.checks_visible_to(request.person), id)
    reading = report.read(one.text, until=one.until)
    if number >= len(reading.mentions):
        raise NotVisible(_("There is no such figure."))
    found = matching.held(reading, unit=one.organization, window=acts.window_of(one.since, one.until))[number]
    offered = [(code, str(registry.indicator(code).name)) for code in found.offered]
    chosen = found.opened_by if found.opened_by in found.offered else ""
    form = forms.MatchForm(request.POST or None, offered=offered, initial={"offered": chosen})
    if request.method == "POST" and form.is_valid():
        kept = doors.attempt(form, lambda: acts.correct(checked_id=id, number=number, code=form.code, by=request.person))
        if kept is not None:
            doors.told(request, _("Kept, and used at every later check of this unit and those below it."))
            return doors.go(request, "reports:desk-checked", id)
    return render(request, "reports/desk/match.html", {"checked": one, "line": _line(number, found), "form": form})
