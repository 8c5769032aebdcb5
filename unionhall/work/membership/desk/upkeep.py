"""The four counts, platform partners, proposals to found a union, benefits, and bulk acts on members."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.organizations import queries as organizations
from unionhall.lib import dates, masking
from unionhall.shell import doors
from unionhall.shell.bulk import Selection, require_some
from unionhall.shell.components import Confirm
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms, registry
from unionhall.work.membership.actions import messages, partners, standing
from unionhall.work.membership.desk.members import chosen
from unionhall.work.membership.queries import browse, counts, programmes
from unionhall.work.membership.queries import upkeep as queries

SAMPLES, PRINTED = 3, 200


@doors.page(permission="membership.see", methods=("GET", "POST"))
def four(request: Request) -> HttpResponse:
    """Reported, registered, authenticated and active members of the chosen unit and of each unit below it."""
    unit = unit_of(request)
    form = forms.ReportedForm(request.POST or None, initial={"day": dates.today()})
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: partners.report(organization=unit, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("Written down."))
            return doors.go(request, "membership:desk-counts")
    page = page_of(request, list(organizations.children(unit)))
    units = [unit, *page.rows]
    rows = counts.four(units, at=unit)
    latest = queries.reported(request.person, unit)
    context = {"unit": unit, "own": rows[0], "rows": rows[1:], "page": page, "form": form, "latest": latest}
    return render(request, "membership/desk/counts.html", context)


@doors.page(permission="membership.see", methods=("GET", "POST"))
def partner_list(request: Request) -> HttpResponse:
    """Platform partners in scope, and the form for a new one of the chosen unit."""
    form = forms.PartnerForm(request.POST or None, initial={"agreed_on": dates.today(), "workers": 0})
    if request.method == "POST" and form.is_valid():
        programme = programmes.served().filter(code="platform_partner").first()
        made = doors.attempt(
            form,
            lambda: partners.agree(organization=unit_of(request), by=request.person, programme=programme, **form.cleaned_data),
        )
        if made is not None:
            doors.told(request, _("The partner was entered."))
            return doors.go(request, "membership:desk-partners")
    page = page_of(request, queries.partners(request.person), one="pk")
    rows = [{"one": one, "kind": registry.PARTNER_KINDS.get(one.kind, one.kind)} for one in page.rows]
    return render(request, "membership/desk/partners.html", {"form": form, "page": page, "rows": rows})


@doors.page(permission="membership.codes", methods=("POST",))
def partner_end(request: Request, id: int) -> HttpResponse:
    """An agreement has ended."""
    partners.end_partner(partner_id=id, by=request.person)
    doors.told(request, _("The agreement was ended."))
    return doors.go(request, "membership:desk-partners")


@doors.page(permission="membership.see")
def founding_list(request: Request) -> HttpResponse:
    """Proposals to found a union, the open ones first."""
    page = page_of(request, queries.foundings(request.person))
    return render(request, "membership/desk/foundings.html", {"page": page, "rows": list(page.rows)})


@doors.page(permission="membership.see", methods=("GET", "POST"))
def founding(request: Request, id: int) -> HttpResponse:
    """One proposal with the list of members, and the decision."""
    one = queries.founding(request.person, id)
    form = forms.DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = doors.attempt(form, lambda: partners.decide_founding(founding_id=id, by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, _("The proposal is decided."))
            return doors.go(request, "membership:desk-founding", id)
    found = browse.members(request.person, browse.Filters(unit=one.organization, own=True, employer=one.employer))
    page = page_of(request, found.order_by("id"))
    members = [(each, masking.name(each.person.name)) for each in page.rows]
    context = {"one": one, "form": form, "page": page, "members": members, "before": queries.founding_before(one)}
    return render(request, "membership/desk/founding.html", context)


def _selected(request: Request) -> tuple[Selection, Any]:
    selection = Selection.of(request)
    _form, filters = chosen(request)
    found = selection.within(browse.members(request.person, filters))
    require_some(selection, found[:1].count(), _("Select at least one row."))
    return selection, found


def _confirm(selection: Selection, found: Any, title: object, form: Any = None) -> dict[str, Any]:
    confirm = Confirm(
        title=title,
        sentence=_("This is done to:"),
        button=title,
        back=reverse("membership:desk-list"),
        count=found.count(),
        unit=_("members"),
        samples=[f"{one.number} {masking.name(one.person.name)}" for one in found.order_by("id")[:SAMPLES]],
        hidden=selection.hidden(),
        form=form,
    )
    return {"confirm": confirm, "form": form}


def _with_form(
    request: Request,
    kind: type[Form],
    title: str,
    act: Callable[..., int],
    said: str,
    help_for: Callable[[Any], dict[str, str]] | None = None,
) -> HttpResponse:
    """An act on the selected members that asks for something first; `said` tells of how many (%(count)s) it was done.

    `help_for` gives fields the words that depend on who was selected.
    """
    selection, found = _selected(request)
    sent = request.POST.get("confirmed") == "1"
    form = kind(request.POST if sent else None)
    for name, words in help_for(found).items() if help_for else ():
        form.fields[name].help_text = words
    if sent and form.is_valid():
        done = doors.attempt(form, lambda: act(found, at=unit_of(request), by=request.person, **form.cleaned_data))
        if done is not None:
            doors.told(request, said % {"count": done})
            return doors.go(request, "membership:desk-list")
    return render(request, "shell/confirm.html", _confirm(selection, found, title, form))


@doors.page(permission="membership.move", methods=("POST",))
def bulk_tag(request: Request) -> HttpResponse:
    """Put a tag on the selected members."""
    return _with_form(request, forms.TagForm, _("Tag"), partners.tag, _("%(count)s members were tagged."))


@doors.page(permission="membership.move", methods=("POST",))
def bulk_message(request: Request) -> HttpResponse:
    """Send words to the selected members: into their inboxes, and by text message where wanted."""
    said = _("%(count)s members were told.")
    return _with_form(
        request, forms.MessageForm, _("Send a message"), messages.send, said, lambda found: {"texted": _reached(request, found)}
    )


def _reached(request: Request, found: Any) -> str:
    """What the tick "also by text message" comes to for these members."""
    reach = messages.reach(found, request.person)
    who = _("It reaches the phones of %(texted)s; %(without)s have no phone on file and %(unwilling)s do not agree to it.") % {
        "texted": reach.texted,
        "without": reach.without_phone,
        "unwilling": reach.unwilling,
    }
    how = _(
        "The inbox has it for everybody. The text message reads “%(unit)s: …”, waits through the night for the morning, and counts"
        " once for up to 70 characters, then once for each 67."
    ) % {"unit": unit_of(request).name}
    return f"{who} {how}"


@doors.page(permission="membership.approve", methods=("POST",))
def bulk_authenticate(request: Request) -> HttpResponse:
    """Ask the check about the selected members who are not authenticated yet."""
    selection, found = _selected(request)
    if request.POST.get("confirmed") == "1":
        answers = [
            standing.authenticate(membership_id=pk, by=request.person)
            for pk in found.filter(authenticated_on=None, until=None).order_by("id").values_list("pk", flat=True)[:500]
        ]
        said = {"yes": answers.count("matches"), "no": answers.count("differs"), "open": answers.count("unknown")}
        doors.told(request, _("%(yes)s match, %(no)s differ, %(open)s could not be checked.") % said)
        return doors.go(request, "membership:desk-list")
    return render(request, "shell/confirm.html", _confirm(selection, found, _("Authenticate")))


@doors.page(permission="membership.register", methods=("POST",))
def bulk_print(request: Request) -> HttpResponse:
    """Certificates or the roster of the selected members with their full names, for a reason on record; at most 200 at once."""
    selection, found = _selected(request)
    sent = request.POST.get("confirmed") == "1"
    form = forms.PrintForm(request.POST if sent else None)
    if sent and form.is_valid():
        data = form.cleaned_data
        rows = partners.printed(found, at=unit_of(request), by=request.person, most=PRINTED, **data)
        context = {"rows": rows, "most": PRINTED, "today": dates.today(), "unit": unit_of(request)}
        return render(request, f"membership/desk/{data['what']}.html", context)
    return render(request, "shell/confirm.html", _confirm(selection, found, _("Print"), form))
