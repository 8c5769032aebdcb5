"""The texts that members agree to, and how many did: every version, the numbers of the chosen unit, the next version."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as grants
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people.actions import consents as actions
from unionhall.kernel.people.registry import purpose as named
from unionhall.lib.refusal import Denied, absent
from unionhall.lib.text import Text
from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.membership import forms, registry
from unionhall.work.membership.queries import consents as queries

ISSUE = "membership.consents"


@doors.page(permission="membership.register")
def index(request: Request) -> HttpResponse:
    """Every text with its versions and numbers."""
    return _page(request, {})


def _page(request: Request, bound: dict[str, forms.TextForm]) -> HttpResponse:
    texts, unit = actions.texts(), unit_of(request)
    versions = queries.versions(request.person, unit)
    may = grants.may(request.person, ISSUE, at=_highest(unit))
    parts: list[dict[str, Any]] = []
    for code in registry.PURPOSES:
        now = texts[code]
        form = bound.get(code) or forms.TextForm(initial={"zh": now.zh, "en": now.en}, prefix=code)
        parts.append(
            {"code": code, "name": named(code).name, "now": now, "versions": versions[code], "form": form if may else None}
        )
    refused = next(iter(bound.values()), None)
    return render(request, "membership/desk/consents.html", {"unit": unit, "parts": parts, "form": refused})


def _highest(unit: Any) -> Any:
    """The top of the tree: a text holds for the whole house, so only the highest unit issues one."""
    return next(iter(organizations.ancestors(unit).order_by("path")), unit)


@doors.page(permission="membership.consents", methods=("POST",))
def issue(request: Request, purpose: str) -> HttpResponse:
    """Put the next version in force."""
    if purpose not in registry.PURPOSES:
        raise absent()
    if not grants.may(request.person, ISSUE, at=_highest(unit_of(request))):
        raise Denied(Text("告知书由最上级工会发布。", "The highest unit issues these texts."))
    form = forms.TextForm(request.POST, prefix=purpose)
    if form.is_valid():
        made = doors.attempt(form, lambda: actions.issue_text(purpose=purpose, by=request.person, **form.cleaned_data))
        if made is not None:
            doors.told(
                request,
                _("Version %(version)d is in force; who agreed to an older one is asked again.") % {"version": made.version},
            )
            return doors.go(request, "membership:desk-consents")
    return _page(request, {purpose: form})
