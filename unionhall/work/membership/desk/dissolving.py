"""The employer of a union is gone: its members' files go to a union above and are retained there."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.shell import doors
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.membership import access, forms
from unionhall.work.membership.actions import dissolving
from unionhall.work.membership.queries import upkeep


@doors.page(permission="membership.move", methods=("GET", "POST"))
def dissolve(request: Request, id: int) -> HttpResponse:
    """How many members there are, where their files go, since when and why; then done, with true counts."""
    union = access.union_for(request.person, id, to="membership.move")
    above = upkeep.unions_above(request.person, union)
    form = forms.DissolveForm(request.POST or None, above=above)
    if request.method == "POST" and form.is_valid():
        outcome = doors.attempt(form, lambda: dissolving.dissolve(union=union, by=request.person, **form.cleaned_data))
        if outcome is not None:
            said = {"moved": outcome.moved, "left": outcome.left}
            doors.told(request, _("%(moved)s memberships are retained at the union above, %(left)s still wait.") % said)
            return doors.go(request, "membership:desk-dissolve", union.pk)
    context = {"unit": union, "form": form, "counts": dissolving.waiting(union), "most": dissolving.MOST}
    return render(request, "membership/desk/dissolve.html", context)
