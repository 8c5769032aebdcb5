"""What comes round: looks back, the yearly clean-up and its spot check, answers by file, trials of the rule, public notices."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.exchange.actions import export_table
from unionhall.lib import dates
from unionhall.lib.refusal import Denied, NotVisible, Refused
from unionhall.shell import doors, download
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.actions import inquiries, leave, trials, yearly
from unionhall.work.hardship.forms import desk as forms
from unionhall.work.hardship.queries import browse, lines, questions
from unionhall.work.hardship.queries import trials as trial_queries
from unionhall.work.hardship.queries import years as year_queries

MOST_ROWS = 500


@doors.page(permission="hardship.see")
def watches(request: Request) -> HttpResponse:
    """The looks back that are due or coming."""
    page = page_of(request, access.watches_for(request.person).filter(done_on=None).order_by("due_on", "pk"))
    today = dates.today()
    rows = [{"watch": one, "light": "late" if one.due_on < today else "ok"} for one in page.rows]
    return render(request, "hardship/desk/watches.html", {"page": page, "rows": rows})


@doors.page(permission="hardship.visit", methods=("GET", "POST"))
def watch(request: Request, id: int) -> HttpResponse:
    """Enter one look back."""
    one = access.watches_for(request.person).filter(pk=id).first()
    if one is None:
        raise NotVisible(_("There is no such look back here."))
    form = forms.LookBackForm(request.POST or None, label=_("What was seen"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = doors.attempt(
            form, lambda: leave.look_back(watch_id=id, back=given["back"] == "yes", words=given["words"], by=request.person)
        )
        if done is not None:
            doors.told(request, _("The look back at %(reference)s was entered.") % {"reference": one.household.reference})
            return doors.go(
                request, "hardship:desk-file" if done.back else "hardship:desk-watches", *([one.household_id] if done.back else [])
            )
    return render(request, "hardship/desk/watch.html", {"watch": one, "form": form})


@doors.page(permission="hardship.see")
def years(request: Request) -> HttpResponse:
    """The yearly clean-up lists."""
    return _years(request)


def _years(request: Request, refused: Refused | None = None) -> HttpResponse:
    page = page_of(request, access.lists_for(request.person).order_by("-year", "-pk"))
    context = {"page": page, "unit": request.unit, "year": dates.today().year, "lists": registry.LISTS}
    context["parts"] = year_queries.parts(request.person)
    status = doors.status_of(refused) if refused else 200
    return render(request, "hardship/desk/years.html", {**context, "refused": refused}, status=status)


@doors.page(permission="hardship.yearly", methods=("POST",))
def draw(request: Request) -> HttpResponse:
    """Draw this year's list and spot check of the chosen unit; where it is drawn already, the page says by whom."""
    try:
        made = yearly.draw(organization=unit_of(request), by=request.person)
    except (NotVisible, Denied):
        raise
    except Refused as refusal:
        return _years(request, refusal)
    doors.told(request, _("The list of %(year)s was drawn.") % {"year": made.year})
    return doors.go(request, "hardship:desk-year", made.pk)


@doors.page(permission="hardship.see")
def year(request: Request, id: int) -> HttpResponse:
    """One year's list: who is verified, who was drawn for the spot check, and whether the draw can be repeated."""
    return _year(request, id)


def _year(request: Request, id: int, *, line: Any = None, failed: Any = None) -> HttpResponse:
    one = access.lists_for(request.person).filter(pk=id).first()
    if one is None:
        raise NotVisible(_("There is no such list here."))
    page = page_of(request, year_queries.spot_lines(request.person, id))
    context = {"list": one, "page": page, "form": forms.SpotForm(), "repeated": yearly.repeat(one)}
    may_export = permissions.may(request.person, "hardship.see", at=one.organization)
    context |= {"line": line, "failed": failed, "may_export": may_export}
    return render(request, "hardship/desk/year.html", context, status=doors.status(failed) if failed else 200)


@doors.page(permission="hardship.see")
def year_export(request: Request, id: int) -> HttpResponse:
    """A year's list in the form in which it is reported."""
    one = access.lists_for(request.person).filter(pk=id).first()
    if one is None:
        raise NotVisible(_("There is no such list here."))
    made = export_table.export_table(code="hardship.year", by=request.person, at=one.organization, filters={"list": str(one.pk)})
    return download.attachment(f"hardship-{one.year}.xlsx", made.content)


@doors.page(permission="hardship.see")
def part(request: Request, year: int) -> HttpResponse:
    """What stands in reach of the lists that units above drew in a year: these households and their counts, nobody else's."""
    return _part(request, year)


def _part(request: Request, year: int, *, line: Any = None, failed: Any = None) -> HttpResponse:
    page = page_of(request, year_queries.part_lines(request.person, year))
    rows = [{"line": one, "may": permissions.may(request.person, "hardship.yearly", at=one.organization)} for one in page.rows]
    context = {
        "year": year,
        "parts": year_queries.parts(request.person, year),
        "page": page,
        "rows": rows,
        "form": forms.SpotForm(),
    }
    context |= {"line": line, "failed": failed}
    return render(request, "hardship/desk/part.html", context, status=doors.status(failed) if failed else 200)


@doors.page(permission="hardship.see")
def part_export(request: Request, year: int) -> HttpResponse:
    """The same in the form in which a year's list is reported."""
    made = export_table.export_table(code="hardship.year", by=request.person, at=unit_of(request), filters={"part": str(year)})
    return download.attachment(f"hardship-{year}.xlsx", made.content)


@doors.page(permission="hardship.yearly", methods=("POST",))
def spot(request: Request, id: int) -> HttpResponse:
    """Enter the finding of one spot check."""
    line, form = year_queries.spot_line(request.person, id), forms.SpotForm(request.POST)
    whole = line.list_id is not None and access.lists_for(request.person).filter(pk=line.list_id).exists()
    made = None
    if form.is_valid():
        given = form.cleaned_data
        asked = {"line_id": id, "correct": given["correct"] == "yes", "words": given["words"], "by": request.person}
        made = doors.attempt(form, lambda: yearly.spot_check(**asked))
    if made is None:
        failed = {"line": line, "failed": form}
        return _year(request, line.list_id or 0, **failed) if whole else _part(request, line.year, **failed)
    doors.told(request, _("The finding was entered."))
    if whole:
        return doors.go(request, "hardship:desk-year", made.list_id)
    return doors.go(request, "hardship:desk-part", made.year) if made.list_id else doors.go(request, "hardship:desk-yearly")


@doors.page(permission="hardship.check", methods=("GET", "POST"))
def answers(request: Request) -> HttpResponse:
    """Answers of a register from its sheet: all rows or none."""
    form = forms.AnswersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = doors.attempt(form, lambda: inquiries.take_file(_rows(form.cleaned_data["rows"]), by=request.person))
        if taken is not None:
            doors.told(request, _("%(count)s answers were taken.") % {"count": taken})
            return doors.go(request, "hardship:desk-answers")
    page = page_of(request, questions.waiting(request.person, {}))
    rows = [{"inquiry": one, "source": registry.SOURCES[one.source]} for one in page.rows]
    words = "、".join(map(str, registry.ANSWERS.values()))
    return render(request, "hardship/desk/answers.html", {"form": form, "words": words, "page": page, "rows": rows})


def _rows(block: str) -> list[inquiries.Answered]:
    codes = {str(word): code for code, name in registry.ANSWERS.items() for word in (code, name.zh, name.en)}
    rows = []
    for number, line in enumerate((line for line in block.splitlines() if line.strip()), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 4 or not (cells[0].isascii() and cells[0].isdigit()) or len(cells[0]) > 15:
            raise Refused(_("Row %(row)s: four columns are needed, the first one a number.") % {"row": number}, field="rows")
        rows.append(inquiries.Answered(int(cells[0]), codes.get(cells[1], cells[1]), cells[2], cells[3]))
    if len(rows) > MOST_ROWS:
        raise Refused(_("At most %(most)s rows at once.") % {"most": MOST_ROWS}, field="rows")
    return rows


@doors.page(permission="hardship.simulate", methods=("GET", "POST"))
def rule_trials(request: Request) -> HttpResponse:
    """Try a change of the rule on all files of the chosen unit before it applies."""
    unit = unit_of(request)
    form = forms.TrialForm(request.POST if request.method == "POST" else None)
    outcome: Any = None
    if request.method == "POST" and form.is_valid():
        outcome = doors.attempt(form, lambda: trials.try_change(organization=unit, change=form.change(), by=request.person))
    earlier = list(access.trials_for(request.person)[:10])
    context = {
        "form": form,
        "unit": unit,
        "outcome": outcome,
        "earlier": earlier,
        "rule": lines.told_sources(lines.lines(unit, dates.today())),
        **_whom(request, outcome),
        "sets": permissions.may(request.person, "policies.set", at=unit),
    }
    return render(request, "hardship/desk/trials.html", context)


def _whom(request: Request, outcome: Any) -> dict[str, Any]:
    """The moves from kind to kind of a trial, and the files that it names, each with whether it gains."""
    if outcome is None:
        return {"moves": [], "named": []}
    kinds, gains = registry.KINDS, trial_queries.gains
    return {
        "moves": [(kinds[old], kinds[new], number, gains(old, new)) for old, new, number in outcome.moves],
        "named": [(one, kinds[old], kinds[new], gains(old, new)) for one, old, new in trial_queries.named(request.person, outcome)],
    }


@doors.page(permission="hardship.simulate", methods=("POST",))
def recompute(request: Request) -> HttpResponse:
    """Work out all files of the chosen unit by the rule of today, in the background."""
    trials.start_recompute(organization=unit_of(request), by=request.person)
    doors.told(request, _("The files are worked out in the background. You will find it among your tasks of the house."))
    return doors.go(request, "hardship:desk-trials")


@doors.page(public=True)
def public(request: Request, id: int) -> HttpResponse:
    """The public notices of a unit: masked names, unit and kind, nothing else; each is gone after its last day."""
    unit, postings = browse.public_notices(id, dates.today())
    rows = [{"posting": one, "kind": registry.KINDS.get(one.kind, "")} for one in postings]
    return render(request, "hardship/desk/public.html", {"unit": unit, "rows": rows})
