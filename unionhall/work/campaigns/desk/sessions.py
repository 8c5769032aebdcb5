"""Sessions at the desk: the list, planning and changing one, one session whole with everything that is done there."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.files import actions as files
from unionhall.lib import clock, official_document
from unionhall.shell import doors, download
from unionhall.shell.components import Tab
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.actions import sessions
from unionhall.work.campaigns.forms import sessions as forms
from unionhall.work.campaigns.queries import browse, places, summary
from unionhall.work.campaigns.queries import sessions as queries

PLANNED = (
    "programme", "name", "form", "mode", "starts_at", "ends_at", "place", "link", "held_at", "method", "opens_at", "closes_at",
    "theme", "team", "main", "notes",
)  # fmt: skip


@doors.page(permission="campaigns.see")
def index(request: Request) -> HttpResponse:
    """The list of sessions with their places and how many came."""
    form = forms.SessionFilter(request.GET, programmes=browse.programmes_of())
    form.is_valid()
    filters = queries.filters_of(form.cleaned_data)
    page = page_of(request, queries.sessions(request.person, filters).order_by("-starts_at", "-id"))
    rows = [
        {
            "session": one,
            "state": registry.SESSION_STATES[one.state],
            "mode": registry.MODES[one.mode],
            "people": one.came + one.heads,
        }
        for one in page.rows
    ]
    context = {"form": form, "page": page, "rows": rows, "filtered": filters != queries.Filters(), "tabs": _tabs(filters.state)}
    return render(request, "campaigns/desk/sessions.html", context, fragment="rows")


def _tabs(state: str) -> list[Tab]:
    every = [("", _("All")), *((code, str(text)) for code, text in registry.SESSION_STATES.items())]
    return [Tab(label, f"?state={code}" if code else "?", code == state) for code, label in every]


def _form(request: Request, unit: Any, initial: dict[str, Any]) -> Any:
    served = browse.programmes_of()
    code = (request.POST if request.method == "POST" else request.GET).get("programme", "")
    programme = served.filter(code=code).first() if code else initial.get("programme")
    return forms.SessionForm(
        request.POST or None,
        programmes=served,
        forms_known=places.forms_of(programme) if programme else places.form_names(),
        teams=browse.teams(request.person, unit),
        mains=queries.mains(request.person, unit),
        initial={"programme": programme, "mode": "on_site", "method": "open", **initial},
    )


def _new(given: dict[str, Any]) -> sessions.NewSession:
    return sessions.NewSession(**{name: given[name] for name in PLANNED}, places=given["places"] or 0)


@doors.page(permission="campaigns.run", methods=("GET", "POST"))
def plan(request: Request) -> HttpResponse:
    """A new session, as a draft."""
    unit = unit_of(request)
    form = _form(request, unit, {})
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(
            form, lambda: sessions.plan_session(organization=unit, new=_new(form.cleaned_data), by=request.person)
        )  # fmt: skip
        if made is not None:
            doors.told(request, _("The session is put down as a draft; publish it when it is right."))
            return doors.go(request, "campaigns:desk-session", made.pk)
    return render(request, "campaigns/desk/plan.html", {"form": form, "unit": unit, "session_name": ""})


@doors.page(permission="campaigns.run", methods=("GET", "POST"))
def change(request: Request, id: int) -> HttpResponse:
    """Change the plan of a session."""
    one = queries.session(request.person, id)
    initial = {name: getattr(one, name) for name in PLANNED if name != "held_at"} | {
        "held_at": one.area,
        "places": one.places or None,
    }
    form = _form(request, one.organization, initial)
    if request.method == "POST" and form.is_valid():
        changed = doors.attempt(
            form, lambda: sessions.change_session(session_id=id, new=_new(form.cleaned_data), by=request.person)
        )  # fmt: skip
        if changed is not None:
            doors.told(request, _("The session was changed."))
            return doors.go(request, "campaigns:desk-session", id)
    return render(request, "campaigns/desk/plan.html", {"form": form, "unit": one.organization, "session_name": one.name})


@doors.page(permission="campaigns.run", methods=("POST",))
def copy(request: Request, id: int) -> HttpResponse:
    """The same once more, a year later, as a draft."""
    made = sessions.copy_session(session_id=id, by=request.person)
    doors.told(request, _("Copied as a draft a year later; look at its dates."))
    return doors.go(request, "campaigns:desk-session-change", made.pk)


@doors.page(permission="campaigns.see")
def session(request: Request, id: int) -> HttpResponse:
    """One session: what is planned, who signed up and came, and what can be done now."""
    one = queries.session(request.person, id)
    return render(request, "campaigns/desk/session.html", page_context(request, one))


def page_context(request: Request, one: Any) -> dict[str, Any]:
    """What the page of a session shows."""
    now = clock.now()
    came = list(queries.attendances(request.person, one)[:20])
    clashes = queries.open_clashes(one)
    return {
        "session": one,
        "state": registry.SESSION_STATES[one.state],
        "mode": registry.MODES[one.mode],
        "method": registry.METHODS[one.method],
        "form_name": places.forms_of(one.programme).get(one.form, ""),
        "people": one.came + one.heads,
        "attendances": [(row, registry.WAYS[row.way], registry.ROLES[row.role]) for row in came],
        "heads": [{**row, "mode_name": registry.MODES[row["mode"]]} for row in one.head_rows],
        "shown": [{**row, "level_name": registry.AWARD_LEVELS[row["level"]]} for row in one.shown],
        "clashes": clashes,
        "begun": one.starts_at <= now,
        "may_draw": one.method == "draw" and one.drawn_at is None and one.closes_at is not None and one.closes_at <= now,
        "live": one.state in ("published", "held"),
        "files": browse.files_of(one),
        "places_form": forms.PlacesForm(prefix="places"),
        "cancel_form": forms.WordsForm(label=_("Reason"), prefix="cancel"),
        "hold_form": forms.WordsForm(label=_("Summary"), prefix="hold", initial={"words": one.summary}),
        "names_form": forms.NamesForm(prefix="names"),
        "heads_form": forms.HeadsForm(prefix="heads"),
        "handout_form": forms.HandoutForm(prefix="handout"),
        "shown_form": forms.ShownForm(prefix="shown"),
        "code_form": forms.CodeForm(prefix="scan"),
        "person_form": forms.PersonForm(prefix="person", people=browse.namable(request.person)),
        "file_form": forms.FileForm(prefix="file"),
    }


@doors.page(permission="campaigns.see")
def paper(request: Request, id: int, file: int) -> FileResponse:
    """One file of a session; the opening is noted."""
    queries.session(request.person, id)
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)


@doors.page(permission="campaigns.see")
def closing(request: Request, id: int) -> HttpResponse:
    """The closing summary, as a page or in one click as .docx; every number is counted from the session's records."""
    one = queries.session(request.person, id)
    url = reverse("campaigns:desk-session", args=[id])
    if request.GET.get("format") == "docx":
        letter = summary.letter(one, request.build_absolute_uri(url))
        return download.attachment(f"{letter.title}.docx", official_document.write(letter))
    return render(request, "campaigns/desk/closing.html", {"session": one, "paragraphs": summary.paragraphs(one, url)})
