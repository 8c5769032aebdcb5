"""The list of members, one member, registering one at the desk, and the dated changes of a membership."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as grants
from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.actions import consents as actions
from unionhall.kernel.people.registry import WAYS, purpose
from unionhall.lib import dates, masking
from unionhall.lib.refusal import absent
from unionhall.shell import doors
from unionhall.shell.components import Act, Event, Tab
from unionhall.shell.paging import order_of, page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms, registry, rules
from unionhall.work.membership.actions import joining, standing, transfers
from unionhall.work.membership.queries import browse, consents, counts, doubles, programmes

SORTS = {"unit": ("org_path", "id"), "new": ("-id",), "joined": ("joined_on", "id"), "number": ("number",)}
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
STATE_TABS = ("", "member", "seconded", "retained", "moved", "left")


def chosen(request: Request) -> tuple[forms.FilterForm, browse.Filters]:
    """The filter form of this address and what it asks for."""
    form = forms.FilterForm(request.GET)
    form.is_valid()
    return form, browse.filters_of(form.cleaned_data)


@doors.page(permission="membership.see")
def of_change(request: Request, id: int) -> HttpResponse:
    """From a change that a figure counted to its member."""
    return doors.go(request, "membership:desk-member", browse.member_of(request.person, id))


@doors.page(permission="membership.see")
def of_active(request: Request, id: int) -> HttpResponse:
    """From the use of a service that a figure counted to the member."""
    return doors.go(request, "membership:desk-member", browse.member_at_service(request.person, id))


@doors.page(permission="membership.see")
def index(request: Request) -> HttpResponse:
    """The list: the four counts, filters, tabs by state, rows, bulk acts."""
    form, filters = chosen(request)
    found = browse.members(request.person, filters).order_by(*order_of(request, SORTS, "unit"))
    page = page_of(request, found, keys_first=True)
    if filters.q:
        access_actions.note_search(by=request.person, text=filters.q, found=[row.person for row in page.rows])
    context = {
        "form": form,
        "page": page,
        "rows": [_row(one) for one in page.rows],
        "tabs": _tabs(request),
        "acts": _acts(),
        "four": counts.four([request.unit])[0] if request.unit else None,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
    }
    return render(request, "membership/desk/list.html", context, fragment="rows")


def _row(one: Any) -> dict[str, Any]:
    person = one.person
    return {
        "one": one,
        "name": masking.name(person.name),
        "sex": person.get_sex_display(),
        "age": rules.age_on(person.birth, dates.today()) if person.birth else None,
        "occupation": registry.OCCUPATIONS.get(one.occupation, one.occupation),
        "new_form": one.occupation in registry.NEW_FORMS,
        "state": registry.STATES[one.state],
        "phone": f"****{person.phone_last4}" if person.phone_last4 else "",
        "tags": [tag for tag in one.tags.split("|") if tag],
    }


def _tabs(request: Request) -> list[Tab]:
    asked = request.GET.get("state", "")
    return [
        Tab(str(registry.STATES[code]) if code else _("All with membership"), _with(request.GET, state=code), code == asked)
        for code in STATE_TABS
    ]


def _with(query: QueryDict, **changes: str) -> str:
    fresh = query.copy()
    fresh.pop("page", None)
    for name, value in changes.items():
        fresh[name] = value
        if not value:
            fresh.pop(name)
    return f"?{fresh.urlencode()}"


def _acts() -> list[Act]:
    return [
        Act(_("Tag"), reverse("membership:desk-bulk-tag"), "flag"),
        Act(_("Send a message"), reverse("membership:desk-bulk-message"), "mail"),
        Act(_("Authenticate"), reverse("membership:desk-bulk-authenticate"), "circle-check"),
        Act(_("Print"), reverse("membership:desk-bulk-print"), "printer"),
    ]


@doors.page(permission="membership.see")
def export(request: Request) -> HttpResponse:
    """The list as it is filtered, as xlsx or csv, with a sheet that says what it is."""
    _form, filters = chosen(request)
    kind: export_table.Format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    given = {name: str(value) for name, value in request.GET.items() if name in registry.FILTERS}
    given |= {name: day.isoformat() for name in ("since", "until") if (day := getattr(filters, name))}
    if filters.unit is not None:
        given["unit"] = str(filters.unit.pk)
    made = export_table.export_table(code="membership.list", by=request.person, at=unit_of(request), filters=given, form=kind)
    response = HttpResponse(made.content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="members.{kind}"'
    return response


@doors.page(permission="membership.see")
def member(request: Request, id: int) -> HttpResponse:
    """One membership: who, where, since when, its life, and what may be done."""
    return _page(request, id)


def _page(request: Request, id: int, **more: Any) -> HttpResponse:
    detail = browse.detail(request.person, id)
    one = detail.membership
    may = grants.may(request.person, "membership.move", at=one.organization) and one.alive
    boxes = []
    asked = more.pop("asked", {})
    if may:
        possible = [what for what in forms.ChangeForm.KEPT if one.state in rules.TURNS[what].source]
        boxes = [(what, registry.CHANGES[what], asked.get(what) or forms.ChangeForm(what=what)) for what in possible]
    context = {
        "detail": detail,
        "double": doubles.of_person(request.person, one.person) if may else None,
        "one": one,
        "row": _row(one),
        "may_correct": grants.may(request.person, "people.correct", at=one.organization),
        "full_name": named(one.person),
        "hired": registry.HIRED.get(one.hired, one.hired),
        "ground": registry.GROUNDS.get(one.ground, ""),
        "channel": registry.CHANNELS.get(one.channel, one.channel),
        "events": [_event(each) for each in reversed(detail.life)],
        "earlier": [(each, registry.STATES[each.state]) for each in detail.earlier],
        "missing": [MISSING[name] for name in detail.missing],
        "may_register": grants.may(request.person, consents.RIGHT, at=one.organization),
        "boxes": boxes,
        "lost": unshown(more.get("form"), boxes, more.get("move") if may else None, more.get("work") if may else None),
        "move": more.pop("move", None) or (forms.MoveForm() if may and detail.transfer is None else None),
        "work": more.pop("work", None) or (forms.CorrectWorkForm(initial=_work(one)) if may else None),
        **more,
    }
    return render(request, "membership/desk/member.html", context)


def named(person: Any) -> str:
    """Somebody's name on the page of the own record: in full, as whoever sees the record may; only lists mask it."""
    return person.name or _("Personal data erased")


def unshown(form: Any, boxes: Any, *others: Any) -> Any:
    """A refused form that has no place on the page any more, as somebody else acted meanwhile: its sentence is still told."""
    return None if form in (None, *others) or any(form is box for _code, _name, box in boxes) else form


MISSING = {
    "id_number": registry.Text("证件号码", "document number"),
    "phone": registry.Text("手机号", "phone"),
    "address": registry.Text("住址", "address"),
    "employer": registry.Text("工作单位", "employer"),
    "authenticated": registry.Text("实名核验", "authentication"),
}


@doors.page(permission="membership.register", methods=("GET", "POST"))
def consent(request: Request, id: int) -> HttpResponse:
    """What a member agreed to; and noting that the first consent was signed on paper."""
    one = browse.detail(request.person, id).membership
    access_actions.require(request.person, consents.RIGHT, at=one.organization)
    if request.method == "POST":
        text = actions.texts()[registry.PERSONAL]
        actions.give(person=one.person, text_id=text.pk, way="paper", by=request.person)
        doors.told(request, _("The signed consent is noted."))
        return doors.go(request, "membership:desk-consent", id)
    agreed = [(each, purpose(each.text.purpose).name, WAYS[each.way]) for each in people.consents_of(one.person)]
    held = {each.text.purpose for each, _name, _way in agreed if each.withdrawn_at is None}
    may_note = one.alive and registry.PERSONAL not in held
    context = {"one": one, "name": named(one.person), "agreed": agreed, "may_note": may_note}
    return render(request, "membership/desk/consent.html", context)


def _work(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("occupation", "hired", "employer", "platform", "migrant", "version")}


def _event(change: Any) -> Event:
    what = f"{registry.CHANGES[change.what]} → {registry.STATES[change.new]} ({change.on:%Y-%m-%d})"
    return Event(change.at, change.by.name, what, change.reason, change.organization.label)


@doors.page(permission="membership.move", methods=("POST",))
def change(request: Request, id: int, what: str) -> HttpResponse:
    """Retain, restore, second, let leave, expel, note a death."""
    browse.detail(request.person, id)
    if what not in forms.ChangeForm.KEPT:
        raise absent()
    form = forms.ChangeForm(request.POST, what=what)
    if form.is_valid():
        data = dict(form.cleaned_data)
        expulsion = (
            rules.Expulsion(data.pop("punished"), data.pop("discussed"), data.pop("decided_on")) if what == "expel" else None
        )
        done = doors.attempt(
            form, lambda: standing.change(membership_id=id, what=what, by=request.person, expulsion=expulsion, **data)
        )
        if done is not None:
            doors.told(request, registry.CHANGES[what])
            return doors.go(request, "membership:desk-member", id)
    return _page(request, id, asked={what: form}, form=form)


@doors.page(permission="membership.move", methods=("POST",))
def move(request: Request, id: int) -> HttpResponse:
    """Ask that the membership move to another union."""
    browse.detail(request.person, id)
    form = forms.MoveForm(request.POST)
    if form.is_valid():
        asked = doors.attempt(form, lambda: transfers.ask(membership_id=id, by=request.person, **form.cleaned_data))
        if asked is not None:
            doors.told(request, _("The transfer %(number)s was asked for.") % {"number": asked.reference})
            return doors.go(request, "membership:desk-member", id)
    return _page(request, id, move=form, form=form)


@doors.page(permission="membership.move", methods=("POST",))
def work(request: Request, id: int) -> HttpResponse:
    """Correct how a member works."""
    browse.detail(request.person, id)
    form = forms.CorrectWorkForm(request.POST)
    if form.is_valid():
        done = doors.attempt(form, lambda: standing.correct_work(membership_id=id, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("Corrected."))
            return doors.go(request, "membership:desk-member", id)
    return _page(request, id, work=form, form=form)


@doors.page(permission="membership.register", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """Register one member of the chosen union, the paper form in hand."""
    unit = unit_of(request)
    form = forms.RegisterForm(request.POST or None, programmes=programmes.served())
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        more = {name: data.pop(name) for name in ("on", "programme", "signed")}
        made = doors.attempt(form, lambda: joining.register(union=unit, given=joining.Applicant(**data), by=request.person, **more))
        if made is not None:
            doors.told(request, _("%(number)s is registered.") % {"number": made.number})
            if "another" in request.POST:
                return doors.go(request, "membership:desk-register")
            return doors.go(request, "membership:desk-member", made.pk)
    return render(request, "membership/desk/register.html", {"form": form, "unit": unit})
