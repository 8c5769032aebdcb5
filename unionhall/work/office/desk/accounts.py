"""Accounts, roles and grants: who can sign in, and who may do what, where."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions
from unionhall.kernel.flows.actions import bulk
from unionhall.shell import doors, paging
from unionhall.shell.forms import offer
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office import access
from unionhall.work.office.forms import accounts as forms_of
from unionhall.work.office.queries import accounts as queries

SORTS: dict[str, str | tuple[str, ...]] = {"name": ("person__name_pinyin", "pk"), "user": "username", "unit": "person__org_path"}


@doors.page(permission="access.see")
def account_list(request: Request) -> HttpResponse:
    """The accounts of the chosen unit and below."""
    form = forms_of.AccountFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.accounts(request.person, text=asked.get("q", ""), state=asked.get("state", ""), below=request.unit)
    page = paging.page_of(request, rows.order_by(*paging.order_of(request, SORTS, "name")))
    return render(request, "office/desk/accounts.html", {"page": page, "form": form}, fragment="rows")


@doors.page(permission="access.see")
def account_page(request: Request, id: int) -> HttpResponse:
    """One account: its grants in plain words, its open tasks, its acts."""
    return _page(request, queries.account(request.person, id))


def _page(request: Request, account: Any, **more: Any) -> HttpResponse:
    context = {
        "account": account,
        "grants": queries.grants(request.person, account.person),
        "tasks": queries.open_tasks(account.person, request.unit),
        **more,
    }
    return render(request, "office/desk/account.html", context)


def _form(
    request: Request, account: Any, form: forms.Form, title: str, button: str, act: Callable[[dict[str, Any]], Any], done: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        doors.attempt(form, lambda: act(form.cleaned_data))
        if not form.errors:
            doors.told(request, done)
            return doors.go(request, "office:account", account.pk)
    context = {"account": account, "form": form, "title": title, "button": button}
    return render(request, "office/desk/account_form.html", context)


@doors.page(permission="access.accounts", methods=("GET", "POST"))
def open_account(request: Request) -> HttpResponse:
    """Open an account; its first password is shown once, here."""
    form = forms_of.OpenForm(request.POST or None)
    form.fields["person"].widget.label_of = lambda value: access.person_name(request.person, value)
    if request.method == "POST" and form.is_valid():
        person = access.person(request.person, form.cleaned_data["person"])
        made = doors.attempt(form, lambda: actions.open_account(person, username=form.cleaned_data["username"], by=request.person))
        if made is not None:
            account, password = made
            return _page(request, account, password=password)
    context = {"form": form, "title": _("Open an account"), "button": _("Open the account")}
    return render(request, "office/desk/account_form.html", context)


@doors.page(permission="access.accounts", methods=("POST",))
def reset_password(request: Request, id: int) -> HttpResponse:
    """Give a new first password, shown once, and end the sessions."""
    account = queries.account(request.person, id)
    return _page(request, account, password=actions.reset_password(account, by=request.person))


@doors.page(permission="access.accounts", methods=("POST",))
def end_sessions(request: Request, id: int) -> HttpResponse:
    """Sign an account out everywhere."""
    account = queries.account(request.person, id)
    actions.end_sessions(account, by=request.person)
    doors.told(request, _("Every session of the account ends at its next request."))
    return doors.go(request, "office:account", account.pk)


@doors.page(permission="access.accounts", methods=("GET", "POST"))
def disable(request: Request, id: int) -> HttpResponse:
    """Disable an account, or let it sign in again."""
    account = queries.account(request.person, id)
    form = forms_of.ReasonForm(request.POST or None)
    if account.is_active:
        return _form(
            request, account, form, _("Disable the account"), _("Disable the account"),
            lambda data: actions.disable_account(account, by=request.person, reason=data["reason"]), _("The account is disabled."),
        )  # fmt: skip
    return _form(
        request, account, form, _("Let it sign in again"), _("Let it sign in again"),
        lambda data: actions.enable_account(account, by=request.person, reason=data["reason"]), _("The account may sign in again."),
    )  # fmt: skip


@doors.page(permission="access.grant", methods=("GET", "POST"))
def give(request: Request, id: int) -> HttpResponse:
    """Give a role over a unit; nobody hands on more than they hold."""
    account = queries.account(request.person, id)
    form = forms_of.GrantForm(request.POST or None)
    roles = {str(role.pk): role for role in queries.roles_to_give(request.person, request.unit)}
    offer(form, "role", [(key, role.name) for key, role in roles.items()])
    form.fields["unit"].widget.recents = lambda: [(str(request.unit.pk), request.unit.name)]
    form.fields["unit"].widget.label_of = lambda value: access.unit_name(request.person, value)

    def act(data: dict[str, Any]) -> Any:
        unit = access.unit(request.person, data["unit"])
        span = {"since": data["since"], "until": data["until"]}
        return actions.grant(account.person, role=roles[data["role"]], at=unit, by=request.person, below=data["below"], **span)

    return _form(request, account, form, _("Give a role"), _("Give the role"), act, _("The role has been given."))


@doors.page(permission="access.grant", methods=("GET", "POST"))
def take_back(request: Request, id: int, grant: int) -> HttpResponse:
    """Take a role back; it counts from the person's next request on."""
    account = queries.account(request.person, id)
    given = queries.grant(request.person, account.person, grant)
    form = forms_of.ReasonForm(request.POST or None)
    return _form(
        request, account, form, _("Take the role back"), _("Take the role back"),
        lambda data: actions.revoke(given, by=request.person, reason=data["reason"]), _("The role has been taken back."),
    )  # fmt: skip


@doors.page(permission="flows.supervise", methods=("GET", "POST"))
def hand_over(request: Request, id: int) -> HttpResponse:
    """Hand all open tasks of a person to another, as when a cadre changes post."""
    giver = access.person(request.person, id)
    form = forms_of.HandoverForm(request.POST or None)
    form.fields["taker"].widget.label_of = lambda value: access.person_name(request.person, value)
    if request.method == "POST" and form.is_valid():
        taker = access.person(request.person, form.cleaned_data["taker"])
        moved = doors.attempt(
            form,
            lambda: bulk.hand_over(
                giver=giver, taker=taker, at=request.unit, by=request.person, reason=form.cleaned_data["reason"]
            ),
        )
        if moved is not None:
            counts = {"done": len(moved.done), "failed": len(moved.failed)}
            doors.told(request, _("Handed over: %(done)s; refused: %(failed)s.") % counts)
            return doors.go(request, "office:person", giver.pk)
    context = {"form": form, "title": _("Hand over all open tasks"), "button": _("Hand over"), "giver": giver}
    context["tasks"] = queries.open_tasks(giver, request.unit)
    return render(request, "office/desk/account_form.html", context)


@doors.page(permission="access.see")
def role_list(request: Request) -> HttpResponse:
    """Who may what: every permission in words against the roles."""
    roles = list(queries.roles(request.person))
    return render(request, "office/desk/roles.html", {"roles": roles, "rights": queries.matrix(roles)})


@doors.page(permission="access.roles", methods=("GET", "POST"))
def make_role(request: Request) -> HttpResponse:
    """Make an own role out of permissions that one may hand on."""
    form = forms_of.RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = doors.attempt(form, lambda: actions.make_role(at=request.unit, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(request, _("The role has been made."))
            return doors.go(request, "office:roles")
    context = {"form": form, "title": _("New role"), "button": _("Make the role")}
    return render(request, "office/desk/account_form.html", context)


@doors.page(permission="access.roles", methods=("GET", "POST"))
def change_role(request: Request, id: int) -> HttpResponse:
    """Change what an own role may do."""
    role = queries.role(request.person, id)
    form = forms_of.RoleForm(request.POST or None, initial={"permissions": role.permissions})
    for name in ("code", "zh", "en"):
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        doors.attempt(form, lambda: actions.change_role(role, permissions=form.cleaned_data["permissions"], by=request.person))
        if not form.errors:
            doors.told(request, _("The role has been changed; it counts at everybody's next request."))
            return doors.go(request, "office:roles")
    context = {"form": form, "title": str(role.name), "button": _("Save the role")}
    return render(request, "office/desk/account_form.html", context)
